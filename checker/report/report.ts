import { existsSync, readFileSync } from 'node:fs'
import type { About } from '../judge/asks/target.ts'
import type { TestResult, Verdict } from '../judge/verdict.ts'
import { harmless } from '../program/bytes.ts'
import { mark, paint, type View, wrap } from '../terminal/view.ts'
import { renderBytes } from './bytes.ts'
import { likelyCause } from './causes.ts'
import { renderCommand } from './command.ts'
import { renderFields } from './fields.ts'
import { renderOutput } from './output.ts'
import { renderCompileError, renderCrash } from './source.ts'
import { renderTimeline } from './timeline.ts'

/** The line of one test, as it ends. */
export function renderTest(test: TestResult, view: View): string {
  const time = `${test.ms} ms`
  const indent = view.unicode ? 3 : 7
  const words = test.verdict === 'skipped' ? `${test.title} (not checked: ${test.message})` : test.title
  const lines = wrap(words, view.width, ' '.repeat(indent)).slice(indent)
  const room = view.width - indent - lines.length - time.length
  const right = room >= 2 && !lines.includes('\n') ? `${' '.repeat(room)}${paint(view, 'dim', time)}` : ''
  return ` ${mark(view, test.verdict)} ${lines}${right}`
}

/** Everything below the tests' lines: the first failure whole, the others a line each, and what to do next. */
export function renderVerdict(verdict: Verdict, about: About, view: View): string {
  if (verdict.compileError) return renderNoProgram(verdict, about, view)
  const parts: string[] = []
  const failed = verdict.tests.filter((test) => test.verdict === 'fail')
  const [first, ...others] = failed
  if (first) parts.push(renderFailure(first, about, view))
  if (others.length > 0) parts.push(renderOthers(others, about, view))
  parts.push(...renderErrors(verdict, view))
  parts.push(renderSummary(verdict, view))
  if (first) parts.push(renderNext(verdict, about, view))
  return parts.join('\n\n')
}

/** One failure whole: the sentence, the evidence, a likely cause. */
export function renderFailure(test: TestResult, about: About, view: View): string {
  const title = `The ${about.subject} ${test.title}`
  const sections = [
    paint(view, ['bold', 'red'], wrap(title, view.width)),
    wrap(test.message ?? '', view.width, '  '),
  ]
  const bytes = test.failure ? renderBytes(test.failure, view) : ''
  if (bytes) sections.push(bytes)
  if (test.decoded) sections.push(renderFields(test.decoded, view))
  const crash = about.file !== undefined && test.stderr ? renderCrash(test.stderr, about.file, view) : ''
  if (crash) sections.push(crash)
  const timeline = renderTimeline(test.conversation, view, about.subject)
  sections.push(`${heading('The conversation, in ms since the test began', view)}\n${timeline}`)
  const output = renderOutput(test, view, about.subject)
  if (output) sections.push(`${heading('What the program printed', view)}\n${output}`)
  const cause = emptyFile(test, about) ?? likelyCause(test)
  if (cause) sections.push(`${heading('A likely cause', view)}\n${wrap(cause, view.width, '  ')}`)
  return sections.join('\n\n')
}

/** A file with nothing in it has no other cause to look for. */
function emptyFile({ code }: TestResult, { file, flags }: About): string | undefined {
  if (code !== 'exited' || file === undefined || !existsSync(file.path)) return undefined
  if (readFileSync(file.path, 'utf8').trim() !== '') return undefined
  const [, number] = /(\d\d)-[^/\\]+.[^/\\]+$/.exec(file.shown) ?? []
  return `${file.shown} is empty.${flags || !number ? '' : ` npm run reset ${number} puts the stub back.`}`
}

function renderOthers(tests: readonly TestResult[], about: About, view: View): string {
  const rows = tests.map(
    (test) =>
      `  ${mark(view, 'fail')} ${wrap(test.title, view.width, view.unicode ? '    ' : '        ').trimStart()}`,
  )
  return [heading(`The ${about.subject} also fails ${count(tests.length, 'test')}`, view), ...rows].join('\n')
}

/** Faults of ours or of the machine: said to be that. */
function renderErrors(verdict: Verdict, view: View): string[] {
  if (verdict.verdict !== 'error' && verdict.verdict !== 'skipped') return []
  const words =
    verdict.verdict === 'error'
      ? 'The checker could not judge; this is not about your code.'
      : 'This exercise could not be checked here.'
  const why = verdict.message ?? ''
  return [wrap(`${words} ${why.charAt(0).toUpperCase()}${why.slice(1)}`, view.width)]
}

function renderSummary(verdict: Verdict, view: View): string {
  const passed = verdict.tests.filter((test) => test.verdict === 'pass').length
  const seconds = (verdict.ms / 1000).toFixed(1)
  const tests =
    verdict.tests.length > 0 ? `${passed} of ${count(verdict.tests.length, 'test')}` : 'no test ran'
  const words = `${verdict.exercise}: ${verdict.verdict}, ${tests} in ${seconds} s`
  const indent = ' '.repeat(view.unicode ? 2 : 6)
  return `${mark(view, verdict.verdict)} ${paint(view, 'bold', wrap(words, view.width, indent).trimStart())}`
}

function renderNext(verdict: Verdict, { flags }: About, { width }: View): string {
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

function renderNoProgram(verdict: Verdict, about: About, view: View): string {
  const error = verdict.compileError
  if (!error) return ''
  const shown = about.file?.shown ?? error.file
  return [
    paint(view, ['bold', 'red'], wrap(`${shown} does not compile, so nothing was tested.`, view.width)),
    wrap(harmless(error.message), view.width, '  '),
    renderCompileError(error, shown, view),
    renderSummary(verdict, view),
    ...(about.flags ? [] : [`Next:\n  npm run check ${verdict.exercise.slice(0, 2)}`]),
  ].join('\n\n')
}

function heading(text: string, view: View): string {
  return paint(view, 'bold', wrap(text, view.width))
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
