import { join, relative } from 'node:path'
import { type Exercise, readHeading } from '../course/course.ts'
import type { About } from '../judge/asks/target.ts'
import { FINISH, wordsAfterPass } from '../progress/next.ts'
import { renderTest, renderTests, renderVerdict, withoutRows } from '../report/report.ts'
import { renderTypeErrors } from '../report/type-errors.ts'
import { paint, type View, wrap } from '../terminal/view.ts'
import { isTakenWhileChecking, keyLine } from './keys.ts'
import type { Question, Session, WatchEvent } from './session.ts'

/** What the screen shows apart from the session itself. */
export interface Scene {
  root: string
  exercise: Exercise
  about: About
  /** Where `n` leads. */
  next: Exercise | undefined
  /** "3 of 9": how many have been passed. */
  passed: string
}

/** The whole screen for a terminal, drawn again after each event. */
export function renderScreen(session: Session, scene: Scene, view: View): string {
  const sections = [heading(scene, view)]
  if (session.panel?.alone) sections.push(session.panel.text)
  else sections.push(...renderCheck(session, scene, view))
  if (session.panel && !session.panel.alone) sections.push(reflow(session.panel.text, view.width))
  sections.push(footer(session, scene, view))
  return sections.join('\n\n')
}

/** What one event adds where text can only be appended, such as a pipe or a log. */
export function renderLines(session: Session, event: WatchEvent, scene: Scene, view: View): string {
  if (event.kind === 'test') return renderTest(event.result, view)
  if (event.kind === 'verdict' && session.verdict) return `\n${renderOutcome(session, scene, view)}\n`
  if (event.kind === 'types') return session.types.length > 0 ? `${typesOf(session, scene, view)}\n` : ''
  if (event.kind === 'moved') return `${heading(scene, view)}\n\n${intro(scene, view)}`
  if (event.kind === 'back' || event.kind === 'panel') return session.panel?.text ?? ''
  return event.kind === 'saved' && session.busy === 'check' ? heading(scene, view) : ''
}

function renderCheck(session: Session, scene: Scene, view: View): string[] {
  const tests = renderTests(session.tests, view)
  const parts = tests ? [tests] : []
  if (session.busy === 'check') return [...parts, paint(view, 'dim', 'Checking …')]
  if (!session.verdict) return [intro(scene, view)]
  const taken = [heading(scene, view), ...parts, footer(session, scene, view)].join('\n\n').split('\n').length
  parts.push(renderOutcome(session, scene, withoutRows(view, taken + 2)))
  if (session.types.length > 0) parts.push(typesOf(session, scene, view))
  return parts
}

function renderOutcome(session: Session, { about, exercise, next, passed }: Scene, view: View): string {
  if (!session.verdict) return ''
  const verdict = renderVerdict(session.verdict, about, view)
  if (session.verdict.verdict !== 'pass') return verdict
  if (!about.keys) return `${verdict}\n\n${wordsAfterPass(exercise, next, passed)}`
  const words = next
    ? `Passed, ${passed}. Press n for ${next.name}, d to compare with the reference.`
    : `Passed, and so is every other exercise. ${FINISH}`
  return `${verdict}\n\n${paint(view, 'green', wrap(words, view.width))}`
}

/** Breaks lines that are too long, and keeps their indent. */
function reflow(text: string, width: number): string {
  const reflowLine = (line: string) => {
    const words = line.trimStart()
    return line.length <= width ? line : wrap(words, width, ' '.repeat(line.length - words.length))
  }
  return text.split('\n').map(reflowLine).join('\n')
}

function typesOf(session: Session, { about }: Scene, view: View): string {
  return about.file ? renderTypeErrors(session.types, about.file, view) : ''
}

function heading({ exercise }: Scene, view: View): string {
  return paint(view, 'bold', wrap(`${exercise.name}: ${readHeading(exercise).title}`, view.width))
}

function intro({ root, exercise }: Scene, view: View): string {
  const shown = (name: string) => relative(root, join(exercise.folder, name))
  const row = (path: string, what: string) =>
    `  ${path}${path.length + what.length + 4 > view.width ? '\n    ' : '  '}${what}`
  const rows = [
    row(shown('README.md'), 'the lesson'),
    row(shown(exercise.file), 'your file'),
    '',
    wrap('It is checked whenever you save it.', view.width),
  ]
  return rows.join('\n')
}

const QUESTIONS: Record<Question, (exercise: string, next: string) => string> = {
  next: (exercise, next) => `${exercise} does not pass yet. Go on to ${next}?`,
  solution: (exercise) => `Look at the solution of ${exercise} before you have passed?`,
  diff: (exercise) => `Look at the solution of ${exercise} before you have passed?`,
  reset: (exercise) => `Replace your file with the stub of ${exercise}? Your file is kept aside.`,
}

function footer({ question, busy, editors }: Session, { exercise, next }: Scene, view: View): string {
  // Keys that would be ignored are not offered.
  if (busy) return paint(view, 'dim', keyLine(view.width, isTakenWhileChecking))
  if (editors.length > 0) {
    const choice = editors.map((name, i) => `${i + 1}\u00a0${name}`).join('\u00a0 ')
    const how = `Which editor? ${choice} (any other key goes back; set VISUAL to skip this question)`
    return paint(view, 'bold', wrap(how, view.width).replaceAll('\u00a0', ' '))
  }
  const words = question && `${QUESTIONS[question](exercise.name, next?.name ?? 'the next one')} (y/n)`
  return words ? paint(view, 'bold', wrap(words, view.width)) : paint(view, 'dim', keyLine(view.width))
}
