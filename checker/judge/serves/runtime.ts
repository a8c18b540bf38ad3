import { createRequire } from 'node:module'
import type jestRuntime from 'jest-runtime'

/** By require, which is what the package's types describe. */
const { default: Runtime } = createRequire(import.meta.url)('jest-runtime') as typeof jestRuntime

/**
 * Jest's runtime for the hidden tests. Jest loads its test framework anew for each test file,
 * inside the file's own realm, so that tests which change a global do not change it for Jest. Ours
 * change none: what holds the file's tests is still loaded for each file, but what that builds on
 * (expect, snapshots, the printing of values) is loaded once per judge.
 */
export class JudgeRuntime extends Runtime {
  override requireInternalModule<T = unknown>(from: string, to?: string): T {
    return to === undefined ? super.requireInternalModule(from) : createRequire(from)(to)
  }
}
