import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { compileSubmission, isCompileError } from '../compile.ts'
import type { Launch } from '../harness/program.ts'
import type { Job } from '../job.ts'
import type { RunFolder } from '../run-folder.ts'
import type { CompileError } from '../verdict.ts'

/**
 * How a job's program is started to be traced: as in a check, but that a learner's file has a module of ours loaded before it that
 * names its lines in the trace. A command in another language is left as it is.
 */
export function toTracedLaunch(root: string, job: Job, folder: RunFolder): Launch | CompileError {
  const { program } = job
  const base = { cwd: job.cwd, tmp: folder.tmp }
  if (program.kind === 'command') return { ...base, command: program.command, args: [], shell: true }
  if (program.kind === 'argv') return { ...base, command: program.argv[0], args: program.argv.slice(1) }
  if (program.kind === 'source') throw new Error('a program that was handed in is not traced')
  const compiled = compileSubmission(program.file, program.shipped, join(folder.path, 'program'))
  if (isCompileError(compiled)) return compiled
  const markers = markerArguments(root, compiled.imports, join(folder.path, 'markers'))
  return { ...base, command: process.execPath, args: ['--enable-source-maps', ...markers, compiled.file] }
}

function markerArguments(root: string, imports: readonly string[], into: string): string[] {
  const file = (name: string) => join(root, 'checker', 'syscalls', name)
  const names = imports.includes('koffi') ? ['mark-net.ts', 'mark-libc.ts'] : ['mark-net.ts']
  return names.flatMap((name) => {
    const compiled = compileSubmission(file(name), [file('marker.ts')], into)
    if (isCompileError(compiled)) throw new Error(`${name}:${compiled.line}: ${compiled.message}`)
    return ['--import', pathToFileURL(compiled.file).href]
  })
}
