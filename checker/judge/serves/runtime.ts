import { createRequire } from 'node:module'
import type jestRuntime from 'jest-runtime'

/** By require, which is what the package's types describe. */
const { default: Runtime } = createRequire(import.meta.url)('jest-runtime') as typeof jestRuntime

/**
 * Jest's runtime of the hidden tests. Jest loads its test framework again for each test file,
 * inside the file's own realm, so that tests that bend a global do not bend Jest with it. Ours bend
 * none: what keeps the file's tests is still the file's own, and what that stands on (expect,
 * snapshots, the printing of values) is loaded once a judge.
 */
export class JudgeRuntime extends Runtime {
  override requireInternalModule<T = unknown>(from: string, to?: string): T {
    return to === undefined ? super.requireInternalModule(from) : createRequire(from)(to)
  }
}
