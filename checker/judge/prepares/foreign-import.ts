import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join, relative, resolve } from 'node:path'
import { importedPackages, packageOf } from '../../course/modules.ts'
import type { CompileError } from '../verdict.ts'
import { shortened } from './shortened.ts'

/** What we read of esbuild's metafile. */
interface Inputs {
  inputs: Record<string, { imports: { path: string; external?: boolean; original?: string }[] }>
}

/** Where something was compiled. */
interface CompiledFrom {
  /** The folder of the learner's files. */
  source: string
  /** The compiler's working directory, which its file names are relative to. */
  cwd: string
  /**
   * What the exercise ships: packages that these files import are there for the learner's file too.
   */
  shipped: readonly string[]
}

/**
 * The first import of something that a program cannot count on: a package may be on this machine
 * but not on the one that grades. Undefined if all imports are Node's own modules, files beside the
 * learner's, or what the exercise ships. The file is named relative to the folder of the sources.
 */
export function foreignImport(
  { inputs }: Inputs,
  { source, cwd, shipped }: CompiledFrom,
): CompileError | undefined {
  const allowed = new Set(shipped.flatMap((path) => importedPackages(readFileSync(path, 'utf8'))))
  for (const [input, { imports }] of Object.entries(inputs)) {
    const file = relative(source, resolve(cwd, input))
    const foreign = imports.find(({ path, external }) =>
      external === true
        ? !isBuiltin(path) && !allowed.has(packageOf(path))
        : relative(source, resolve(cwd, path)).startsWith('..'),
    )
    if (foreign) return shortened({ ...placeOf(join(source, file), foreign.original ?? foreign.path), file })
  }
  return undefined
}

/** Where a file imports this, with the sentence that says which imports are allowed. */
function placeOf(file: string, path: string): Omit<CompileError, 'file'> {
  const lines = readFileSync(file, 'utf8').split(/\r?\n/)
  const at = lines.findIndex((line) => [`'${path}'`, `"${path}"`].some((quoted) => line.includes(quoted)))
  const text = lines[at] ?? ''
  const message = `"${path}" is a package: a program here may import only Node's own modules, files beside it, and what the exercise ships`
  return { message, line: Math.max(at, 0) + 1, column: Math.max(text.indexOf(path) - 1, 0), text }
}
