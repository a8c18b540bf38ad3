import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import type { About } from '../judge/asks/target.ts'
import type { TestResult, Verdict } from '../judge/verdict.ts'
import { harmless } from '../program/bytes.ts'
import { BY_KEY } from '../progress/ways.ts'
import { mark, paint, type View, wrap } from '../terminal/view.ts'
import { renderBytes } from './bytes.ts'
import { likelyCause } from './causes.ts'
import { renderCommand } from './command.ts'
import { renderFields } from './fields.ts'
import { renderOutput } from './output.ts'
import { renderCompileError, renderCrash } from './source.ts'
import { renderTimeline } from './timeline.ts'

/** The line of one test, shown as it ends. */
export function renderTest(test: TestResult, view: View): string {
  const time = `${test.ms} ms`
  const indent = view.unicode ? 3 : 7
  const words = test.verdict === 'skipped' ? `${test.title} (not checked: ${test.message})` : test.title
  const lines = wrap(words, view.width, ' '.repeat(indent)).slice(indent)
  const room = view.width - indent - lines.length - time.length
  const right = room >= 2 && !lines.includes('\n') ? `${' '.repeat(room)}${paint(view, 'dim', time)}` : ''
  return ` ${mark(view, test.verdict)} ${lines}${right}`
}

/**
 * The lines of all tests. If something failed and a terminal has no room to spare, those that
 * passed share one line.
 */
export function renderTests(tests: readonly TestResult[], view: View): string {
  const passed = tests.filter(({ verdict }) => verdict === 'pass')
  const isFolded = view.rows !== undefined && passed.length > 1 && tests.some(isFailed)
  const shown = isFolded ? tests.filter((test) => !passed.includes(test)) : tests
  const folded = isFolded ? [` ${mark(view, 'pass')} ${passed.length} tests passed`] : []
  return [...folded, ...shown.map((test) => renderTest(test, view))].join('\n')
}

function isFailed({ verdict }: TestResult): boolean {
  return verdict === 'fail'
}

/**
 * Everything below the tests' lines: the first failure whole, and what to do next. The other tests
 * only have their lines above.
 */
export function renderVerdict(verdict: Verdict, about: About, view: View): string {
  if (verdict.compileError) return renderNoProgram(verdict, about, view)
  const parts: string[] = []
  const first = verdict.tests.find(isFailed)
  parts.push(...renderErrors(verdict, view))
  parts.push(renderSummary(verdict, view))
  if (first) parts.push(renderNext(verdict, about, view))
  if (first) parts.unshift(renderFailure(first, about, withoutRows(view, heightOf(parts))))
  return parts.join('\n\n')
}

/** One failure whole: the sentence, the evidence, a likely cause. */
export function renderFailure(test: TestResult, about: About, view: View): string {
  const title = `Failed: the ${about.subject} ${test.title}`
  const head = [
    paint(view, ['bold', 'red'], wrap(title, view.width)),
    wrap(test.message ?? '', view.width, '  '),
  ]
  const sections = view.rows === undefined ? head : [head.join('\n')]
  const bytes = test.failure ? renderBytes(test.failure, view) : ''
  if (bytes) sections.push(bytes)
  if (test.decoded) sections.push(renderFields(test.decoded, view))
  const crash = about.file !== undefined && test.stderr ? renderCrash(test.stderr, about.file, view) : ''
  if (crash) sections.push(crash)
  const known = likelyCause(test, about.file && readText(about.file.path))
  const likely = emptyFile(test, about) ?? (isForeign(about) && OF_NODE.test(known ?? '') ? undefined : known)
  const cause = likely ? [`${heading('A likely cause', view)}\n${wrap(likely, view.width, '  ')}`] : []
  const output = renderOutput(test, view, about.subject)
  const printed = output ? [`${heading('What the program printed', view)}\n${output}`] : []
  const behind = leavesRoom(view, [...sections, ...printed, ...cause]) ? [...printed, ...cause] : cause
  // The sentence and the bytes stay on the screen: the conversation gets the room that is left.
  const left = withoutRows(view, heightOf([...sections, ...behind]) + 1)
  sections.push(renderConversation(test, left, about))
  return [...sections, ...behind].join('\n\n')
}

/** Words of a cause that only make sense in JavaScript. */
const OF_NODE = /Node|node:|allowHalfOpen|process\.|console\.|listen\(port|destroy\(|Buffer/

/** True for a command of `--run`, which may be in any language. */
function isForeign({ flags }: About): boolean {
  return flags?.startsWith('--run ') === true
}

/**
 * The rows that a conversation needs to be of use: a heading, a sign that there was more, and two
 * lines.
 */
const MIN_ROWS = 4

function renderConversation({ conversation }: TestResult, view: View, { subject, keys }: About): string {
  const title = 'The conversation, in ms since the test began'
  const whole = `${heading(title, view)}\n${renderTimeline(conversation, view, subject)}`
  if (view.rows === undefined || whole.split('\n').length <= view.rows || view.rows >= MIN_ROWS) return whole
  const how = keys ? `${BY_KEY.wire} shows it` : 'add -- --verbose to see it'
  return heading(`The conversation is folded: ${how}`, view)
}

/** True if a terminal has room for these sections and a line about what else there is. */
function leavesRoom({ rows }: View, sections: readonly string[]): boolean {
  return rows === undefined || heightOf(sections) + 2 <= rows
}

/** How many lines the sections take, with an empty one after each. */
function heightOf(sections: readonly string[]): number {
  return sections.reduce((sum, section) => sum + section.split('\n').length + 1, 0)
}

/** What is left of a screen when this many of its rows are taken. */
export function withoutRows(view: View, taken: number): View {
  return view.rows === undefined ? view : { ...view, rows: view.rows - taken }
}

/** A file's text; undefined if it is gone. */
function readText(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

/** If a file is empty, there is no other cause to look for. */
function emptyFile({ code }: TestResult, { file, flags }: About): string | undefined {
  if (code !== 'exited' || file === undefined || readText(file.path)?.trim() !== '') return undefined
  const [, number] = /(\d\d)-[^/\\]+.[^/\\]+$/.exec(file.shown) ?? []
  return `${file.shown} is empty.${flags || !number ? '' : ` npm run reset ${number} puts the stub back.`}`
}

/** Faults of ours or of the machine, reported as such. */
function renderErrors(verdict: Verdict, view: View): string[] {
  if (verdict.verdict !== 'error' && verdict.verdict !== 'skipped') return []
  const words =
    verdict.verdict === 'error'
      ? 'The checker could not judge; this is not about your code.'
      : 'This exercise could not be checked here.'
  const why = verdict.message ?? ''
  return [wrap(`${words} ${why.charAt(0).toUpperCase()}${why.slice(1)}`, view.width)]
}

/** The verdict in one line. */
export function renderSummary(verdict: Verdict, view: View): string {
  const passed = verdict.tests.filter((test) => test.verdict === 'pass').length
  const seconds = (verdict.ms / 1000).toFixed(1)
  const tests =
    verdict.tests.length > 0 ? `${passed} of ${count(verdict.tests.length, 'test')}` : 'no test ran'
  const words = `${verdict.exercise}: ${verdict.verdict}, ${tests} in ${seconds} s`
  const indent = ' '.repeat(view.unicode ? 2 : 6)
  return `${mark(view, verdict.verdict)} ${paint(view, 'bold', wrap(words, view.width, indent).trimStart())}`
}

function renderNext(verdict: Verdict, { flags, keys }: About, { width }: View): string {
  if (keys) return ['Next:', ...NEXT_KEYS.map(([key, does]) => `  ${key}  ${does}`)].join('\n')
  const number = verdict.exercise.slice(0, 2)
  const again = `npm run check ${number} -- --seed ${verdict.seed}`
  // hint and play are about the learner's own file, which this is not.
  const commands = flags
    ? [
        renderCommand(`${again} ${flags}`, width),
        renderCommand(`exercises/${verdict.exercise}/hints.md`, width, 'hints for each test'),
      ]
    : [`npm run hint ${number}`, `npm run play ${number}`, again].map((each) => renderCommand(each, width))
  return ['Next:', ...commands].join('\n')
}

const NEXT_KEYS = [
  [BY_KEY.hint, 'a hint for this test'],
  [BY_KEY.play, 'talk to your program yourself'],
  [BY_KEY.wire, 'this check as a page'],
] as const

function renderNoProgram(verdict: Verdict, about: About, view: View): string {
  const error = verdict.compileError
  if (!error) return ''
  const shown = about.file ? shownBeside(about.file, error.file) : error.file
  return [
    paint(view, ['bold', 'red'], wrap(`${shown} does not compile, so nothing was tested.`, view.width)),
    wrap(harmless(error.message), view.width, '  '),
    renderCompileError(error, shown, view),
    renderSummary(verdict, view),
    ...(about.flags || about.keys ? [] : [`Next:\n  npm run check ${verdict.exercise.slice(0, 2)}`]),
  ].join('\n\n')
}

/** The path of a file beside the learner's, written the way the learner's is. */
function shownBeside({ path, shown }: { path: string; shown: string }, file: string): string {
  if (basename(file) === basename(path)) return shown
  return join(dirname(shown), relative(dirname(path), file))
}

function heading(text: string, view: View): string {
  return paint(view, 'bold', wrap(text, view.width))
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
