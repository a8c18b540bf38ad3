import type { ConversationEvent } from '../harness/conversation.ts'
import type { Failure } from '../harness/failure.ts'
import type { Exit } from '../program/exit.ts'
import type { DecodedMessage } from './decoded.ts'

/**
 * pass and fail are about the learner's program; error is about us or the machine; skipped comes
 * with a reason.
 */
export type Outcome = 'pass' | 'fail' | 'error' | 'skipped'

/** The result of one hidden test. */
export interface TestResult {
  /** Completes "The server …". */
  title: string
  verdict: Outcome
  /** Why it failed, as a code; see `FailureCode`. */
  code?: string
  /** Why, as one sentence. */
  message?: string
  /** The evidence of a failure. */
  failure?: Failure
  /** The message that contains the failure, if the exercise says what its bytes mean. */
  decoded?: DecodedMessage
  /** Milliseconds. */
  ms: number
  conversation: ConversationEvent[]
  /** What the program printed. */
  stdout: string
  stderr: string
  /** How the program ended, if it ended by itself. */
  exit?: Exit
}

/** A fault in the learner's file that stops it from being compiled. */
export interface CompileError {
  message: string
  file: string
  /** From 1. */
  line: number
  /** From 0. */
  column: number
  /** The line's text. */
  text: string
}

/** The result of one exercise: the shape that `--json`, grade and the pages share. */
export interface Verdict {
  version: 1
  exercise: string
  verdict: Outcome
  /** Why there is no other verdict: for error and skipped. */
  message?: string
  compileError?: CompileError
  /** Replays the values of this run. */
  seed: number
  /** How long the judge spent on this job, in ms. */
  ms: number
  tests: TestResult[]
}

export const VERDICT_VERSION = 1

/**
 * The verdict on an exercise from the results of its tests, of which there are `declared`. A pass
 * needs at least one test, and every test to have run and passed: a test without a result is our
 * fault.
 */
export function overall(tests: readonly TestResult[], declared: number): Outcome {
  if (tests.some((test) => test.verdict === 'fail')) return 'fail'
  if (tests.length === 0 || tests.length < declared) return 'error'
  if (tests.some((test) => test.verdict === 'error')) return 'error'
  return tests.some((test) => test.verdict === 'pass') ? 'pass' : 'skipped'
}
