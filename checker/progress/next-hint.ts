import type { Exercise } from '../course/course.ts'
import { hintsOf, titlesWith } from '../course/hints.ts'
import { viewOf, wrap } from '../terminal/view.ts'
import { type Progress, readLastVerdict, readProgress, writeProgress } from './progress.ts'
import type { Ways } from './ways.ts'

export interface HintOptions {
  /** All three at once. */
  all?: boolean
  /** Words in the title of the test that the hint is for. */
  test?: string
}

/**
 * The text of the next hint, which is counted as shown. `ways` are how the reader asks for other
 * help.
 */
export function nextHint(
  root: string,
  exercise: Exercise,
  ways: Ways,
  { all = false, test }: HintOptions = {},
): string {
  const progress = readProgress(root, exercise.name)
  const { width } = viewOf(process.stdout, process.env)
  const sections = hintsOf(root, exercise)
  const unchecked = progress.verdict === undefined && test === undefined
  const first = progress.failing ?? (unchecked ? sections[0]?.title : undefined)
  const title = test === undefined ? first : namedTest(root, exercise, test)
  if (title === undefined) return wrap(`${exercise.name}: ${whyNone(ways, progress)}`, width)
  const steps = sections.find((section) => section.title === title)?.steps ?? []
  const last = all ? steps.length : Math.min(unchecked ? 1 : shownFor(progress, title) + 1, steps.length)
  const shown = steps
    .slice(all ? 0 : last - 1, last)
    .map((step, i) => `Hint ${all ? i + 1 : last} of ${steps.length}\n\n${indent(step, width)}`)
  if (!unchecked) writeProgress(root, withShown(progress, title, last))
  const more = last < steps.length ? wrap(`${ways.hint} shows the next one.`, width) : whatElse(ways)
  return [
    wrap(`${exercise.name}: the ${exercise.subject} ${title}`, width),
    ...shown,
    unchecked ? wrap(firstOnly(ways), width) : more,
  ].join('\n\n')
}

/**
 * The test with these words in its title; if there are several, the first that failed in the last
 * check.
 */
function namedTest(root: string, exercise: Exercise, words: string): string {
  const { named } = titlesWith(root, exercise, words)
  const failed = readLastVerdict(root, exercise.name)?.tests.filter(({ verdict }) => verdict === 'fail')
  return named.find((title) => failed?.some((test) => test.title === title)) ?? named[0]
}

function shownFor({ failing, hints, hintsFor }: Progress, title: string): number {
  return title === failing ? hints : (hintsFor?.[title] ?? 0)
}

function withShown(progress: Progress, title: string, count: number): Progress {
  if (title === progress.failing) return { ...progress, hints: count }
  return { ...progress, hintsFor: { ...progress.hintsFor, [title]: count } }
}

/** Where to look after every hint has been shown. */
function whatElse({ play, wire, syscalls, solution }: Ways): string {
  const rows = [
    [play, 'talk to your program yourself'],
    [wire, 'the last check as a page'],
    [syscalls, 'the system calls that it makes'],
    [solution, 'the reference'],
  ] as const
  const columns = Math.max(...[play, wire, syscalls].map((way) => way.length))
  return [
    'That was the last hint for this test. What else may help:',
    ...rows.map(([way, does]) => `  ${way.padEnd(columns)}  ${does}`),
  ].join('\n')
}

/**
 * Before the first check it is not known which test fails: the first test has to pass in any case.
 */
function firstOnly({ check }: Ways): string {
  return `Nothing has been checked yet, so this hint is for the first test. ${check} finds the test that you need hints for.`
}

/** Says why there is no test to give a hint for, and what to do. */
function whyNone({ check }: Ways, { verdict }: Progress): string {
  if (verdict === 'pass') return 'no hints needed. It passed its last check.'
  if (verdict === 'fail')
    return `no hint yet. The file did not compile in its last check. See where: ${check}`
  return `no hint yet. Its last check reached no verdict. Check it again: ${check}`
}

/** Breaks prose into lines; lines of code, which are indented, stay as they are. */
function indent(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => (/^\s/.test(line) ? `  ${line}` : wrap(line, width, '  ')))
    .join('\n')
}
