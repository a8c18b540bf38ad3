import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Runnable } from '../../course/submission.ts'
import type { Launch } from '../../program/launch.ts'
import type { CompileError } from '../verdict.ts'
import { compileSubmission, isCompileError } from './compile.ts'

/** Where a program is prepared, and where it is started from. */
export interface LaunchPlaces {
  /** Folder for the compiled file. */
  into: string
  /** Working directory of the program, and its TMPDIR. */
  cwd: string
  tmp: string
}

/** How a program is started: the compiled file under Node, an interpreter, or the given command. */
export async function toLaunch(
  program: Runnable,
  { into, cwd, tmp }: LaunchPlaces,
): Promise<Launch | CompileError> {
  const base = { cwd, tmp }
  if (program.kind === 'command') return { ...base, command: program.command, args: [], shell: true }
  if (program.kind === 'argv') return { ...base, command: program.argv[0], args: program.argv.slice(1) }
  const file = program.kind === 'file' ? program.file : putDown(program, join(dirname(into), 'handed-in'))
  const compiled = await compileSubmission(file, program.shipped, into)
  if (isCompileError(compiled)) return compiled
  return { ...underNode(compiled.file, base), imports: compiled.imports }
}

/** How a compiled file is started. */
export function underNode(file: string, base: { cwd: string; tmp: string }): Launch {
  return { ...base, command: process.execPath, args: ['--enable-source-maps', file] }
}

/**
 * Writes the file that was handed in to its own folder, with the modules that came with it beside
 * it.
 */
export function putDown(
  { name, bytes, beside = {} }: Extract<Runnable, { kind: 'source' }>,
  folder: string,
): string {
  for (const [path, text] of Object.entries({ ...beside, [name]: bytes })) {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, Buffer.from(text, 'base64'))
  }
  return join(folder, name)
}

/**
 * In a program's output, replaces the path of the compiled copy in `into` by the path of the
 * learner's file as they know it; likewise for what the exercise ships beside it.
 */
export function inTheirWords(into: string, theirs: string): (text: string) => string {
  const copies = `${join(into, 'source')}/`
  const folder = dirname(theirs) === '.' ? '' : `${dirname(theirs)}/`
  return (text) => text.replaceAll(`file://${copies}`, folder).replaceAll(copies, folder)
}
