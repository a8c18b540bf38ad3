import type { TypeFault } from '../judge/prepares/typecheck.ts'
import type { TestResult, Verdict } from '../judge/verdict.ts'
import { actionOf, CTRL_C, CTRL_Z, isTakenWhileChecking } from './keys.ts'

/** What needs a yes before it is done. */
export type Question = 'next' | 'solution' | 'diff' | 'reset'

/** Where a watch stands. It is only ever replaced, by `step`. */
export interface Session {
  /** `03-echo`. Whatever comes from another exercise is not shown. */
  exercise: string
  /** It was passed once, now or before: then nobody is asked. */
  passed: boolean
  /** What is going on meanwhile; most keys are ignored. */
  busy: 'check' | 'editor' | undefined
  /** The file was saved in the editor. */
  again: boolean
  /** Results of the check that is running, or ran last. */
  tests: readonly TestResult[]
  verdict: Verdict | undefined
  types: readonly TypeFault[]
  question: Question | undefined
  /** Text that a key asked for, such as a hint. `alone`: in place of the check's result. */
  panel: Panel | undefined
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
  /** The check could not begin, or the editor has ended. */
  | { kind: 'back'; panel?: Panel }
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
  | 'editor'
  | 'reset'
  | 'quit'
type ShowEffect = 'hint' | 'list' | 'solution' | 'diff' | 'wire' | 'help'

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
      return session.busy === 'check' ? startCheck(session) : { session }
    case 'panel':
      return { session: { ...session, panel: event.panel } }
    case 'back': {
      const rested = { ...session, busy: undefined, panel: event.panel ?? session.panel }
      return session.again ? startCheck(rested) : { session: rested }
    }
    case 'moved':
      return { session: begin(event.exercise, event.passed, event.panel) }
  }
}

function onSaved(session: Session, untouched: boolean): SessionStep {
  if (session.busy === 'editor') return { session: { ...session, again: true } }
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
  if (key === CTRL_Z && session.busy !== 'editor') return { session, effect: 'suspend' }
  if (session.busy) return onKeyMeanwhile(session, key)
  if (session.question) return onAnswer({ ...session, question: undefined }, session.question, key)
  const action = actionOf(key)
  switch (action) {
    case undefined:
      return { session }
    case 'run':
      return startCheck(session)
    case 'editor':
      return { session: { ...session, busy: 'editor' }, effect: 'editor' }
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
