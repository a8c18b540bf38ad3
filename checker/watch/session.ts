import type { TypeFault } from '../judge/prepares/typecheck.ts'
import type { TestResult, Verdict } from '../judge/verdict.ts'
import { actionOf, CTRL_C, CTRL_Z, isTakenWhileChecking } from './keys.ts'

/** What needs a yes before it is done. */
export type Question = 'next' | 'solution' | 'diff' | 'reset'

/** Where a watch stands. It is only ever replaced, by `step`. */
export interface Session {
  /** `03-echo`. Whatever comes from another exercise is not shown. */
  exercise: string
  /** It has passed once, now or earlier: then there is no question. */
  passed: boolean
  /**
   * What is going on meanwhile; most keys are ignored. `away`: the terminal is somebody else's,
   * such as an editor's.
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
  /** What a command has printed is still on the screen, until a key is pressed. */
  held: boolean
  /** The editors to choose one of, by their numbers. */
  editors: readonly string[]
  /** The one that was chosen. */
  editor: string | undefined
}

export interface Panel {
  text: string
  alone?: boolean
}

export type WatchEvent =
  /** `untouched`: what was saved is the stub as it shipped, which nobody needs to be told fails. */
  | { kind: 'saved'; untouched: boolean }
  | { kind: 'test'; exercise: string; result: TestResult }
  | { kind: 'verdict'; verdict: Verdict }
  /** `of`: the verdict beside which they are told. */
  | { kind: 'types'; of: Verdict; types: readonly TypeFault[] }
  | { kind: 'key'; key: string }
  | { kind: 'resized' }
  /** The watch was suspended, and goes on. */
  | { kind: 'resumed' }
  | { kind: 'panel'; panel: Panel }
  /**
   * The check could not begin, or the terminal is ours again; `held`: with something on it to be
   * read.
   */
  | { kind: 'back'; panel?: Panel; held?: boolean }
  /** No editor is named: these are installed. */
  | { kind: 'choose'; editors: readonly string[] }
  /** The exercise that is watched from now on. */
  | { kind: 'moved'; exercise: string; passed: boolean; panel?: Panel }

/** What is to be done next, by those who can. */
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

/** A watch that has just come to an exercise. */
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

/** What becomes of a watch when something happens. */
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
      // The time for which it stood still would count as the program's.
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
  // What is being checked is not what is in the file any more.
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
  // What was opened meanwhile, such as the list of keys, gives way.
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
