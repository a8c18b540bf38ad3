import { titlesWith } from '../course/hints.ts'
import { UsageError } from '../errors/usage.ts'
import type { ConversationEvent } from '../harness/conversation.ts'
import { Judge } from '../judge/asks/judge.ts'
import { type Target, toTarget } from '../judge/asks/target.ts'
import type { Outcome } from '../judge/verdict.ts'
import { isTaken } from '../program/ports.ts'
import { chooseExercise } from '../progress/current.ts'
import { renderTest, renderVerdict } from '../report/report.ts'
import { renderTimeline } from '../report/timeline.ts'
import { shellWord } from '../terminal/shell-word.ts'
import { type View, viewOf, wrap } from '../terminal/view.ts'
import { stopOnSignals } from './check.ts'

export interface DebugOptions {
  test?: string
  /** The debugger's port. */
  port?: number
  seed?: number
  submission?: string
  plain?: boolean
}

/** The port where editors look for a Node process to debug. */
const PORT = 9229
const HOST = '127.0.0.1'
const LAST_PORT = 65_535
const EXIT_CODES: Record<Outcome, number> = { pass: 0, fail: 1, error: 3, skipped: 3 }

/**
 * `npm run debug 03`: runs one hidden test with the learner's program under a debugger, and prints
 * the conversation as it happens.
 */
export async function debug(root: string, word: string | undefined, options: DebugOptions): Promise<number> {
  const exercise = chooseExercise(root, word)
  const { test: words, port = PORT, ...rest } = options
  const target = toTarget(root, exercise, rest)
  const named = words === undefined ? undefined : titlesWith(root, exercise, words).named[0]
  await expectFree(port, exercise.number)
  const view = viewOf(process.stdout, process.env, options.plain)
  const judge = new Judge(root)
  stopOnSignals(judge)
  try {
    const found = named === undefined ? await firstFailure(judge, target, view) : { title: named }
    if ('code' in found) return found.code
    const only = found.title
    console.log(wrap(`${exercise.name}: the ${target.about.subject} ${only}`, view.width))
    console.log(`\n${wrap(howTo(target, port), view.width)}\n`)
    const onEvent = (event: ConversationEvent) => {
      const line = renderTimeline([event], view, target.about.subject)
      if (line !== '') console.log(line)
    }
    const job = { ...target.job, only, inspect: port }
    const verdict = await judge.judge(job, undefined, undefined, onEvent)
    console.log('')
    for (const test of verdict.tests) console.log(renderTest(test, view))
    if (verdict.verdict !== 'pass') console.log(`\n${renderVerdict(verdict, target.about, view)}`)
    return EXIT_CODES[verdict.verdict]
  } finally {
    await judge.stop()
  }
}

async function expectFree(port: number, exercise: string): Promise<void> {
  if (port < 1 || port > LAST_PORT)
    throw new UsageError(`There is no port ${port}: choose one from 1 to ${LAST_PORT}.`)
  if (await isTaken(port, HOST))
    throw new UsageError(
      `Port ${port} is in use: end the other debugger, or choose another port: npm run debug ${exercise} -- --port ${port === LAST_PORT ? port - 1 : port + 1}`,
    )
}

/**
 * The title of the first test that fails; if none does, prints why and returns the command's exit
 * code.
 */
async function firstFailure(
  judge: Judge,
  { exercise, job, about }: Target,
  view: View,
): Promise<{ title: string } | { code: number }> {
  const verdict = await judge.judge({ ...job, bail: true })
  const failed = verdict.tests.find((test) => test.verdict === 'fail')
  if (failed) return { title: failed.title }
  if (verdict.verdict !== 'pass') {
    console.log(renderVerdict(verdict, about, view))
    return { code: EXIT_CODES[verdict.verdict] }
  }
  const [first] = verdict.tests
  console.log(
    wrap(
      `No test fails. To step through one, name it: npm run debug ${exercise.number} -- --test ${shellWord(first?.title ?? '')}`,
      view.width,
    ),
  )
  return { code: 0 }
}

function howTo({ about }: Target, port: number): string {
  return `${about.file?.shown} waits at its first line for a debugger on ${HOST}:${port}. In VS Code press F5; in Chromium open chrome://inspect; or run: npx node inspect ${HOST}:${port}. Set your breakpoints, then continue. No deadline counts while a debugger is attached; Ctrl-C quits.`
}
