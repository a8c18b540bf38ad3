import type { TypeFault } from '../judge/prepares/typecheck.ts'
import type { TestResult, Verdict } from '../judge/verdict.ts'
import { actionOf, CTRL_C, CTRL_Z, isTakenWhileChecking } from './keys.ts'

/** What has to be confirmed before it is done. */
export type Question = 'next' | 'solution' | 'diff' | 'reset'

/** The state of a watch. It never changes; `step` makes the next one. */
export interface Session {
  /** `03-echo`. Results from any other exercise are not shown. */
  exercise: string
  /** True if it has passed, now or earlier: no confirmation is needed then. */
  passed: boolean
  /**
   * What is going on; most keys are ignored meanwhile. `away`: another program, such as an editor,
   * has the terminal.
   */
  busy: 'check' | 'away' | undefined
  /** The file was saved while another program had the terminal. */
  again: boolean
  /** Results of the check that is running, or ran last. */
  tests: readonly TestResult[]
  verdict: Verdict | undefined
  types: readonly TypeFault[]
  question: Question | undefined
  /** Text that a key asked for, such as a hint. `alone`: in place of the check's result. */
  panel: Panel | undefined
  /** The output of a command is still on the screen and stays until a key is pressed. */
  held: boolean
  /** The editors to choose from, by number. */
  editors: readonly string[]
  /** The chosen editor. */
  editor: string | undefined
}

export interface Panel {
  text: string
  alone?: boolean
}

export type WatchEvent =
  /** `untouched`: the saved file is the stub as it shipped, which fails as expected. */
  | { kind: 'saved'; untouched: boolean }
  | { kind: 'test'; exercise: string; result: TestResult }
  | { kind: 'verdict'; verdict: Verdict }
  /** `of`: the verdict that they are shown with. */
  | { kind: 'types'; of: Verdict; types: readonly TypeFault[] }
  | { kind: 'key'; key: string }
  | { kind: 'resized' }
  /** The watch was suspended and is running again. */
  | { kind: 'resumed' }
  | { kind: 'panel'; panel: Panel }
  /**
   * The check could not begin, or the terminal is ours again; `held`: it shows something to be
   * read.
   */
  | { kind: 'back'; panel?: Panel; held?: boolean }
  /** No editor is configured: these are installed. */
  | { kind: 'choose'; editors: readonly string[] }
  /** From now on the watch is on this exercise. */
  | { kind: 'moved'; exercise: string; passed: boolean; panel?: Panel }

/** What the caller has to do next. */
export type Effect =
  | 'check'
  | 'types'
  | 'move'
  | 'interrupt'
  | 'suspend'
  | ShowEffect
  | AwayEffect
  | 'reset'
  | 'quit'
type ShowEffect = 'hint' | 'list' | 'solution' | 'diff' | 'wire' | 'help'
/** Another program has the terminal until it ends. */
type AwayEffect = 'editor' | 'lesson' | 'play' | 'syscalls'

export interface SessionStep {
  session: Session
  effect?: Effect
}

/** A watch that has just moved to an exercise. */
export function begin(exercise: string, passed: boolean, panel?: Panel): Session {
  return {
    exercise,
    passed,
    busy: undefined,
    again: false,
    tests: [],
    verdict: undefined,
    types: [],
    question: undefined,
    panel,
    held: false,
    editors: [],
    editor: undefined,
  }
}

/** The next state of a watch after an event, and what to do. */
export function step(session: Session, event: WatchEvent): SessionStep {
  switch (event.kind) {
    case 'saved':
      return onSaved(session, event.untouched)
    case 'test':
      if (event.exercise !== session.exercise) return { session }
      return { session: { ...session, tests: [...session.tests, event.result] } }
    case 'verdict':
      return onVerdict(session, event.verdict)
    case 'types':
      return event.of === session.verdict ? { session: { ...session, types: event.types } } : { session }
    case 'key':
      return onKey(session, event.key)
    case 'resized':
      return { session }
    case 'resumed':
      // The time spent suspended would count as the program's.
      return session.busy === 'check' ? startCheck(session) : { session: { ...session, held: false } }
    case 'panel':
      return { session: { ...session, panel: event.panel } }
    case 'back': {
      const { panel = session.panel, held = false } = event
      const rested = { ...session, busy: undefined, panel, held }
      return session.again ? startCheck(rested) : { session: rested }
    }
    case 'choose':
      return { session: { ...session, busy: undefined, editors: event.editors } }
    case 'moved':
      return { session: begin(event.exercise, event.passed, event.panel) }
  }
}

function onSaved(session: Session, untouched: boolean): SessionStep {
  if (session.busy === 'away') return { session: { ...session, again: true } }
  // The check under way is of an older version of the file.
  if (session.busy === 'check') return startCheck(session)
  if (!untouched) return startCheck(session)
  return session.verdict ? { session: begin(session.exercise, session.passed) } : { session }
}

function startCheck(session: Session): SessionStep {
  return { session: { ...begin(session.exercise, session.passed), busy: 'check' }, effect: 'check' }
}

function onVerdict(session: Session, verdict: Verdict): SessionStep {
  if (verdict.exercise !== session.exercise) return { session }
  const passed = session.passed || verdict.verdict === 'pass'
  // A panel opened meanwhile, such as the list of keys, closes.
  const judged = { ...session, busy: undefined, passed, tests: verdict.tests, verdict, panel: undefined }
  return verdict.compileError ? { session: judged } : { session: judged, effect: 'types' }
}

function onKey(session: Session, key: string): SessionStep {
  if (key === CTRL_C) return { session, effect: 'interrupt' }
  if (key === CTRL_Z && session.busy !== 'away') return { session, effect: 'suspend' }
  if (session.busy) return onKeyMeanwhile(session, key)
  if (session.held) return { session: { ...session, held: false } }
  if (session.editors.length > 0)
    return onChoice({ ...session, editors: [] }, session.editors[Number(key) - 1])
  if (session.question) return onAnswer({ ...session, question: undefined }, session.question, key)
  const action = actionOf(key)
  switch (action) {
    case undefined:
      return { session }
    case 'run':
      return startCheck(session)
    case 'editor':
    case 'lesson':
    case 'play':
    case 'syscalls':
      return { session: { ...session, busy: 'away' }, effect: action }
    case 'reset':
      return { session: { ...session, question: 'reset' } }
    case 'next':
    case 'solution':
    case 'diff':
      if (!session.passed) return { session: { ...session, question: action } }
      return { session, effect: action === 'next' ? 'move' : action }
    default:
      return { session, effect: action }
  }
}

function onKeyMeanwhile(session: Session, key: string): SessionStep {
  const action = actionOf(key)
  return session.busy === 'check' && isTakenWhileChecking(action) ? { session, effect: action } : { session }
}

function onAnswer(session: Session, question: Question, key: string): SessionStep {
  if (key !== 'y') return { session }
  return { session, effect: question === 'next' ? 'move' : question }
}

function onChoice(session: Session, editor: string | undefined): SessionStep {
  return editor === undefined
    ? { session }
    : { session: { ...session, busy: 'away', editor }, effect: 'editor' }
}
