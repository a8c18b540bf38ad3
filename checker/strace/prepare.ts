import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Job } from '../judge/job.ts'
import { compileSubmission, isCompileError } from '../judge/prepares/compile.ts'
import { toLaunch } from '../judge/prepares/launch.ts'
import type { RunFolder } from '../judge/prepares/run-folder.ts'
import type { CompileError } from '../judge/verdict.ts'
import type { Launch } from '../program/launch.ts'

/**
 * How to start a job's program for tracing: as in a check, except that a module of ours is loaded
 * before a learner's file and marks its lines in the trace. A command in another language is
 * unchanged.
 */
export async function toTracedLaunch(
  root: string,
  job: Job,
  folder: RunFolder,
): Promise<Launch | CompileError> {
  const into = join(folder.path, 'program')
  const launch = await toLaunch(job.program, { into, cwd: job.cwd, tmp: folder.tmp })
  if (isCompileError(launch) || !launch.imports) return launch
  const names = launch.imports.includes('koffi') ? ['mark-net.ts', 'mark-libc.ts'] : ['mark-net.ts']
  const markers = await Promise.all(names.map((name) => compileMarker(root, name, folder)))
  return { ...launch, args: [...markers.flatMap((url) => ['--import', url]), ...launch.args] }
}

/** A module to load before the learner's file, as a URL. */
async function compileMarker(root: string, name: string, folder: RunFolder): Promise<string> {
  const file = (each: string) => join(root, 'checker', 'strace', each)
  // Like the files that an exercise ships, it may import anything.
  const ours = [file(name), file('marker.ts')]
  // Each gets its own folder: they are compiled at the same time, and both import marker.ts.
  const compiled = await compileSubmission(file(name), ours, join(folder.path, 'markers', name))
  if (isCompileError(compiled)) throw new Error(`${name}:${compiled.line}: ${compiled.message}`)
  return pathToFileURL(compiled.file).href
}
