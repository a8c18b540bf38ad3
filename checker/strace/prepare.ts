import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Job } from '../judge/job.ts'
import { compileSubmission, isCompileError } from '../judge/prepares/compile.ts'
import { toLaunch } from '../judge/prepares/launch.ts'
import type { RunFolder } from '../judge/prepares/run-folder.ts'
import type { CompileError } from '../judge/verdict.ts'
import type { Launch } from '../program/launch.ts'

/**
 * How a job's program is started to be traced: as in a check, but that a learner's file has a
 * module of ours loaded before it that names its lines in the trace. A command in another language
 * is left as it is.
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

/** A module that is loaded before the learner's file, as a URL. */
async function compileMarker(root: string, name: string, folder: RunFolder): Promise<string> {
  const file = (each: string) => join(root, 'checker', 'strace', each)
  // It imports what it likes, as what an exercise ships does.
  const ours = [file(name), file('marker.ts')]
  // Each in a folder of its own: they are compiled at once, and both import marker.ts.
  const compiled = await compileSubmission(file(name), ours, join(folder.path, 'markers', name))
  if (isCompileError(compiled)) throw new Error(`${name}:${compiled.line}: ${compiled.message}`)
  return pathToFileURL(compiled.file).href
}
