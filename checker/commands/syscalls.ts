import { join } from 'node:path'
import type { Exercise } from '../course/course.ts'
import { UsageError } from '../errors/usage.ts'
import { type Target, toTarget } from '../judge/asks/target.ts'
import { isCompileError } from '../judge/prepares/compile.ts'
import { inTheirWords } from '../judge/prepares/launch.ts'
import { openRunFolder } from '../judge/prepares/run-folder.ts'
import { chooseExercise } from '../progress/current.ts'
import { renderOutput } from '../report/output.ts'
import { renderCompileError } from '../report/source.ts'
import { toTracedLaunch } from '../strace/prepare.ts'
import { NotPermitted, record } from '../strace/record.ts'
import { readRecording } from '../strace/recording.ts'
import { renderTrace } from '../strace/render.ts'
import { readScript } from '../strace/script.ts'
import { missingStrace } from '../strace/strace.ts'
import type { Trace } from '../strace/trace.ts'
import { toJson } from '../strace/trace-json.ts'
import { fitted } from '../terminal/fitted.ts'
import { type View, viewOf, wrap } from '../terminal/view.ts'

export interface SyscallsOptions {
  json?: boolean
  plain?: boolean
  epoll?: boolean
  port?: number
  run?: string
  submission?: string
}

const OUR_FAULT = 3
const LAST_PORT = 65_535

/**
 * `npm run syscalls 03`: runs the learner's program under strace and explains its socket calls,
 * beside a small conversation.
 */
export async function syscalls(
  root: string,
  word: string | undefined,
  options: SyscallsOptions,
): Promise<number> {
  const exercise = chooseExercise(root, word)
  const view = viewOf(process.stdout, process.env, options.plain)
  const missing = missingStrace()
  if (missing) return showRecording(root, exercise, missing, options, view)
  const { port } = options
  if (port !== undefined && (port < 1 || port > LAST_PORT))
    throw new UsageError(`There is no port ${port}: take one from 1 to ${LAST_PORT}.`)
  const target = toTarget(root, exercise, options)
  try {
    const trace = await traceOf(root, target, options)
    console.log(options.json ? JSON.stringify(toJson(trace, false), null, 2) : page(trace, view))
    return 0
  } catch (error) {
    if (!(error instanceof NotPermitted)) throw error
    const why = `strace is not allowed to trace programs here (${error.message}). In a container, start it with --cap-add=SYS_PTRACE; elsewhere see /proc/sys/kernel/yama/ptrace_scope.`
    return showRecording(root, exercise, why, options, view)
  }
}

async function traceOf(root: string, target: Target, options: SyscallsOptions): Promise<Trace> {
  const { exercise, job, about } = target
  const script = readScript(exercise)
  const folder = openRunFolder(root)
  const launch = await toTracedLaunch(root, job, folder)
  const shown = about.file?.shown ?? exercise.file
  if (isCompileError(launch)) {
    const place = renderCompileError(launch, shown, viewOf(process.stderr, process.env, options.plain))
    throw new UsageError(`${launch.message}\n${place}`)
  }
  const { port, epoll } = options
  const subject = { exercise: exercise.name, subject: job.subject, file: options.run ?? shown, launch }
  const trace = await record({ ...subject, ...(port && { port }), ...(epoll && { epoll }) }, script, folder)
  if (!about.file) return trace
  const name = inTheirWords(join(folder.path, 'program'), about.file.shown)
  return { ...trace, stdout: name(trace.stdout), stderr: name(trace.stderr) }
}

/** If nothing can be traced: says why, and shows the recording of the reference. */
function showRecording(
  root: string,
  exercise: Exercise,
  why: string,
  options: SyscallsOptions,
  view: View,
): number {
  const recording = readRecording(root, exercise)
  if (!recording) {
    console.error(wrap(`${why} A recording of ${exercise.name} does not exist.`, view.width))
    return OUR_FAULT
  }
  if (options.json) {
    console.error(fitted(why))
    console.log(JSON.stringify(toJson(recording.trace, true), null, 2))
    return 0
  }
  console.log(wrap(`${why} What follows is a recording of the reference, not of your file.`, view.width))
  console.log(`\n${page(recording.trace, view)}`)
  return 0
}

function page(trace: Trace, view: View): string {
  const about = `${trace.file} with PORT=${trace.port}`
  const printed = renderOutput({ title: '', verdict: 'pass', ms: 0, conversation: [], ...trace }, view)
  const parts = [
    wrap(about, view.width),
    trace.calls.length > 0 ? renderTrace(trace, view) : wrap(nothing(trace), view.width),
    wrap(trace.remark ?? '', view.width),
    printed && `The ${trace.subject} printed\n${printed}`,
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

/** The text for a program that makes no calls worth showing, such as an untouched stub. */
function nothing({ exercise, happenings, subject }: Trace): string {
  const exit = happenings.find(({ kind }) => kind === 'exit')
  const ended = exit ? ` It ${exit.text}.` : ''
  const next = `npm run syscalls ${exercise.slice(0, 2)} -- --submission solutions shows those of the reference.`
  return `The ${subject} made no call on a TCP socket.${ended} ${next}`
}
