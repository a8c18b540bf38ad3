import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { findExercise } from '../course/course.ts'
import type { Verdict } from '../judge/verdict.ts'
import { nextHint } from '../progress/next-hint.ts'
import { recordVerdict } from '../progress/progress.ts'
import { BY_KEY } from '../progress/ways.ts'
import type { View } from '../terminal/view.ts'
import { keyHelp } from './keys.ts'
import { renderLines, renderScreen, type Scene } from './screen.ts'
import { begin, type Session, step, type WatchEvent } from './session.ts'

/**
 * The screens of a watch as learners see them, for a verdict recorded with the golden reports.
 * UPDATE_GOLDEN=1 writes them again.
 */
const root = resolve(import.meta.dirname, '../..')
const folder = join(import.meta.dirname, 'golden')
const updating = process.env.UPDATE_GOLDEN === '1'

const recorded = readFileSync(join(root, 'checker/report/golden/03-decodes-to-a-string.json'), 'utf8')
const FAIL = JSON.parse(recorded) as Verdict
const PASS: Verdict = {
  ...FAIL,
  verdict: 'pass',
  tests: FAIL.tests.map(({ title, ms }) => ({
    title,
    verdict: 'pass',
    ms,
    conversation: [],
    stdout: '',
    stderr: '',
  })),
}

const VIEWS: Record<string, View> = {
  '78.txt': { width: 78, color: false, unicode: true },
  '40.txt': { width: 40, color: false, unicode: true },
  'color.txt': { width: 78, color: true, unicode: true },
}
const PIPE: View = { width: 78, color: false, unicode: false }

const SAVED: WatchEvent = { kind: 'saved', untouched: false }
const press = (key: string): WatchEvent => ({ kind: 'key', key })
const panel = (text: string, alone = false): WatchEvent => ({ kind: 'panel', panel: { text, alone } })

/** The events before each screen is looked at. */
const SCREENS: Record<string, (view: View) => WatchEvent[]> = {
  start: () => [],
  checking: () => [SAVED, ...FAIL.tests.slice(0, 3).map(toEvent)],
  failure: () => [SAVED, { kind: 'verdict', verdict: FAIL }],
  hint: () => [SAVED, { kind: 'verdict', verdict: FAIL }, panel(firstHint())],
  question: () => [SAVED, { kind: 'verdict', verdict: FAIL }, press('n')],
  pass: () => [SAVED, { kind: 'verdict', verdict: PASS }],
  editors: () => [press('e'), { kind: 'choose', editors: ['vim', 'nano'] }],
  keys: (view) => [panel(keyHelp(view.width), true)],
}

test.each(Object.keys(SCREENS).flatMap((name) => Object.keys(VIEWS).map((view) => [name, view] as const)))(
  'shows %s as in %s',
  (name, viewName) => {
    const view = VIEWS[viewName]
    if (!view) throw new Error(`no view ${viewName}`)
    const events = SCREENS[name]?.(view) ?? []
    const screen = renderScreen(after(events), scene(), view)

    expectGolden(`${name}.${viewName}`, screen.replaceAll('\x1b', '\\e'))
    const long = stripVTControlCharacters(screen)
      .split('\n')
      // A command is one line, so that it can be copied.
      .filter((line) => line.length > view.width && !line.startsWith('  npm run'))
    expect(long).toEqual([])
  },
)

test('adds lines where there is no terminal', () => {
  const events: WatchEvent[] = [
    { kind: 'moved', exercise: '03-echo', passed: false },
    SAVED,
    ...FAIL.tests.map(toEvent),
    { kind: 'verdict', verdict: FAIL },
    SAVED,
    ...PASS.tests.map(toEvent),
    { kind: 'verdict', verdict: PASS },
  ]
  let session = begin('03-echo', false)
  const lines = events.flatMap((event) => {
    session = step(session, event).session
    return renderLines(session, event, scene(false), PIPE) || []
  })

  expectGolden('pipe.txt', lines.join('\n'))
})

function toEvent(result: Verdict['tests'][number]): WatchEvent {
  return { kind: 'test', exercise: FAIL.exercise, result }
}

function after(events: readonly WatchEvent[]): Session {
  return events.reduce((session, event) => step(session, event).session, begin('03-echo', false))
}

function expectGolden(name: string, text: string): void {
  const path = join(folder, name)
  mkdirSync(folder, { recursive: true })
  if (updating) writeFileSync(path, `${text}\n`)
  expect(`${text}\n`).toBe(readFileSync(path, 'utf8'))
}

function scene(keys = true): Scene {
  const file = 'exercises/03-echo/server.ts'
  return {
    root,
    exercise: exercise('03'),
    about: { subject: 'server', file: { path: join(root, file), shown: file }, keys },
    next: exercise('04'),
    passed: '3 of 9',
  }
}

function exercise(word: string) {
  const found = findExercise(root, word)
  if ('near' in found) throw new Error(`no exercise ${word}`)
  return found
}

/** The hint that the key shows after this failure. */
function firstHint(): string {
  const workshop = mkdtempSync(join(tmpdir(), 'accept-loop-'))
  try {
    recordVerdict(workshop, FAIL)
    return nextHint(workshop, exercise('03'), BY_KEY)
  } finally {
    rmSync(workshop, { recursive: true })
  }
}
