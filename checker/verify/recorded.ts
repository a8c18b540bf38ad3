import type { Exercise } from '../course/course.ts'
import { toTarget } from '../judge/asks/target.ts'
import { isCompileError } from '../judge/prepares/compile.ts'
import { openRunFolder } from '../judge/prepares/run-folder.ts'
import { toTracedLaunch } from '../strace/prepare.ts'
import { NotPermitted, record } from '../strace/record.ts'
import { differsFrom, isOfThisNode, readRecording, writeRecording } from '../strace/recording.ts'
import { readScript, type ScriptStep } from '../strace/script.ts'
import { missingStrace } from '../strace/strace.ts'
import type { Trace } from '../strace/trace.ts'

/** The result of comparing a recording. */
export interface Look {
  state: 'passed' | 'FAILED' | 'skipped'
  text: string
}

/**
 * Checks that the recorded system calls are those that the reference makes: it is traced again and
 * compared, if that is possible here. `update` keeps the fresh trace if it differs.
 */
export async function proveRecording(root: string, exercise: Exercise, update: boolean): Promise<Look> {
  let script: ScriptStep[]
  try {
    script = readScript(exercise)
  } catch (error) {
    return { state: 'FAILED', text: (error as Error).message }
  }
  const recording = readRecording(root, exercise)
  const again = `npm run verify ${exercise.number} -- --update`
  const skipped = (text: string): Look => ({ state: 'skipped', text })
  if (!recording && !update) return skipped(`no system calls are recorded; ${again} records them`)
  const missing = missingStrace()
  if (missing) return skipped(missing)
  if (recording && !update && !isOfThisNode(recording)) return skipped(`recorded with Node ${recording.node}`)
  let trace: Trace
  try {
    trace = await traceReference(root, exercise, script)
  } catch (error) {
    if (error instanceof NotPermitted) return skipped(error.message)
    throw error
  }
  const difference = recording && differsFrom(recording, trace)
  if (recording && difference === undefined) return { state: 'passed', text: '' }
  if (!update) return { state: 'FAILED', text: `${difference}; ${again} records them anew` }
  writeRecording(root, exercise, trace)
  return { state: 'passed', text: 'recorded' }
}

async function traceReference(
  root: string,
  exercise: Exercise,
  script: readonly ScriptStep[],
): Promise<Trace> {
  const { job, about } = toTarget(root, exercise, { submission: `${root}/solutions` })
  const folder = openRunFolder(root)
  const launch = await toTracedLaunch(root, job, folder)
  if (isCompileError(launch)) throw new Error(launch.message)
  const subject = { exercise: exercise.name, subject: job.subject, file: about.file?.shown ?? '', launch }
  return record(subject, script, folder)
}
