import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Job } from '../judge/job.ts'
import { compileSubmission, isCompileError } from '../judge/prepares/compile.ts'
import type { RunFolder } from '../judge/prepares/run-folder.ts'
import type { CompileError } from '../judge/verdict.ts'
import type { Launch } from '../program/program.ts'

/**
 * How a job's program is started to be traced: as in a check, but that a learner's file has a module of ours loaded before it that
 * names its lines in the trace. A command in another language is left as it is.
 */
export async function toTracedLaunch(
  root: string,
  job: Job,
  folder: RunFolder,
): Promise<Launch | CompileError> {
  const { program } = job
  const base = { cwd: job.cwd, tmp: folder.tmp }
  if (program.kind === 'command') return { ...base, command: program.command, args: [], shell: true }
  if (program.kind === 'argv') return { ...base, command: program.argv[0], args: program.argv.slice(1) }
  if (program.kind === 'source') throw new Error('a program that was handed in is not traced')
  const compiled = await compileSubmission(program.file, program.shipped, join(folder.path, 'program'))
  if (isCompileError(compiled)) return compiled
  const names = compiled.imports.includes('koffi') ? ['mark-net.ts', 'mark-libc.ts'] : ['mark-net.ts']
  const args = ['--enable-source-maps']
  for (const name of names) args.push('--import', await compileMarker(root, name, folder))
  return { ...base, command: process.execPath, args: [...args, compiled.file] }
}

/** A module that is loaded before the learner's file, as a URL. */
async function compileMarker(root: string, name: string, folder: RunFolder): Promise<string> {
  const file = (each: string) => join(root, 'checker', 'strace', each)
  const compiled = await compileSubmission(file(name), [file('marker.ts')], join(folder.path, 'markers'))
  if (isCompileError(compiled)) throw new Error(`${name}:${compiled.line}: ${compiled.message}`)
  return pathToFileURL(compiled.file).href
}
