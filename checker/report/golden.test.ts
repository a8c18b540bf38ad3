import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import type { TestResult, Verdict } from '../judge/verdict.ts'
import type { View } from '../terminal/view.ts'
import { renderTest, renderVerdict } from './report.ts'

/**
 * The reports as learners see them, made from mistakes. `golden/NAME.json` is a recorded verdict;
 * the texts beside it are its report in three views. UPDATE_GOLDEN=1 records the verdicts and
 * writes the texts again, so that every change of wording can be reviewed; UPDATE_GOLDEN=reports
 * writes the texts again from the recorded verdicts.
 */
const root = resolve(import.meta.dirname, '../..')
const folder = join(import.meta.dirname, 'golden')
const updating = process.env.UPDATE_GOLDEN === '1'

/** What is recorded: the exercise, and one of its mistakes. */
const RECORDED: readonly (readonly [string, string])[] = [
  ['01-listen', 'fixed-port'],
  ['01-listen', 'exits-at-once'],
  ['02-accept', 'never-ends'],
  ['02-accept', 'forgets-the-newline'],
  ['03-echo', 'decodes-to-a-string'],
  ['03-echo', 'crashes-on-reset'],
  ['03-echo', 'adds-a-newline'],
  ['03-echo', 'answers-in-crlf'],
  ['03-echo', 'trims'],
  ['03-echo', 'answers-the-latest-client'],
  ['01-listen', 'binds-every-interface'],
  ['01-listen', 'dies-with-a-stack-trace'],
  ['03-echo', 'resets-at-the-end'],
  ['03-echo', 'reads-until-the-end'],
  ['06-lines', 'remainder-lost'],
  ['07-frames', 'header-assumed-whole'],
  ['08-half-close', 'leaves-out-allow-half-open'],
]

const VIEWS: Record<string, View> = {
  '78.txt': { width: 78, color: false, unicode: true },
  '40.txt': { width: 40, color: false, unicode: true },
  'plain.txt': { width: 78, color: false, unicode: false },
}

if (updating) {
  test.each(RECORDED)('records %s %s', async (exercise, mistake) => {
    const args = ['checker/start.js', 'check', exercise, '--json', '--seed', '1', '--mistake', mistake]
    const { stdout } = await execa(process.execPath, args, { cwd: root, reject: false })
    // For the check, the program was in its own folder.
    const verdict = JSON.parse(stdout, (_, value) =>
      typeof value === 'string' ? value.replaceAll(/[^\s"(]+(?=exercises\/\d\d-)/g, '') : value,
    ) as Verdict
    const name = `${exercise.slice(0, 2)}-${mistake}`
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(brief(verdict), null, 1)}\n`)
    for (const view of Object.keys(VIEWS))
      writeFileSync(join(folder, `${name}.${view}`), report(brief(verdict), view))
  })
}

const names = readdirSync(folder).filter((name) => name.endsWith('.json'))

if (process.env.UPDATE_GOLDEN === 'reports') {
  for (const name of names) {
    const verdict = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Verdict
    for (const view of Object.keys(VIEWS))
      writeFileSync(join(folder, `${name.slice(0, -5)}.${view}`), report(verdict, view))
  }
}

test.each(names.flatMap((name) => Object.keys(VIEWS).map((view) => [name.slice(0, -5), view] as const)))(
  'shows %s as in %s',
  (name, view) => {
    const verdict = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Verdict

    expect(report(verdict, view)).toBe(readFileSync(join(folder, `${name}.${view}`), 'utf8'))
  },
)

test.each(names)('keeps %s within its columns', (name) => {
  const verdict = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Verdict

  for (const [view, { width }] of Object.entries(VIEWS)) {
    const long = report(verdict, view)
      .split('\n')
      .filter((line) => line.length > width)
    expect(long).toEqual([])
  }
})

/** What a report shows: the first failure whole, and one line for each other test. */
function brief(verdict: Verdict): Verdict {
  const first = verdict.tests.find((test) => test.verdict === 'fail')
  const tests = verdict.tests.map((test) => (test === first ? test : withoutEvidence(test)))
  return { ...verdict, tests }
}

function withoutEvidence({ failure, ...test }: TestResult): TestResult {
  return { ...test, conversation: [], stdout: '', stderr: '' }
}

function report(verdict: Verdict, name: string): string {
  const view = VIEWS[name]
  if (!view) throw new Error(`no view ${name}`)
  const subject = verdict.exercise === '04-client' ? 'client' : 'server'
  const lines = verdict.tests.map((each) => renderTest(each, view))
  return `${[...lines, '', renderVerdict(verdict, { subject }, view)].join('\n')}\n`
}
