/** What went wrong, as a code that reports, hints and gradebooks can go by. */
export type FailureCode =
  | 'never-listened'
  | 'wrong-port'
  | 'wrong-interface'
  | 'exited'
  | 'refused'
  | 'accepted'
  | 'ended'
  | 'reset'
  | 'not-reset'
  | 'silent'
  | 'not-ended'
  | 'not-read'
  | 'wrong-bytes'
  | 'extra-bytes'
  | 'too-early'
  | 'too-late'
  | 'no-time'
  | 'foreign-bytes'
  | 'sockets'
  | 'files'
  | 'hidden'
  | 'memory'
  | 'cpu'
  | 'no-rest'
  | 'imports'
  | 'still-running'
  | 'exit-code'
  | 'stderr'
  | 'wrong-value'

/** How a wrong answer resembles the right one: it chooses the likely cause and the hint. */
export type NearMiss =
  | 'crlf'
  | 'trimmed'
  | 'added-newline'
  | 'unfinished-line'
  | 'prefix'
  | 'doubled'
  | 'skipped'
  | 'replacement'
  | 'foreign'

/** The evidence of one failed test. Bytes are base64, offsets count from 0. */
export interface Failure {
  code: FailureCode
  /** One sentence: "The server should X, but Y." */
  message: string
  /** The client on whose connection it happened. */
  peer?: string
  /** The bytes that should have come, from `window` on. */
  expected?: string
  /** The bytes that came, from `window` on. */
  actual?: string
  /** Where in the answer `expected` and `actual` start. */
  window?: number
  /** The offset of the first byte of the answer that differs. */
  offset?: number
  /** How many bytes of the whole stream came before the first one that differs. */
  position?: number
  nearMiss?: NearMiss
  /** It used the CPU the whole time. */
  spun?: boolean
}

/** The learner's program did something other than what the test asks for. */
export class CheckFailure extends Error {
  /** Enumerable, so that it survives the way through Jest to the verdict. */
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.message)
    this.name = 'CheckFailure'
    this.failure = failure
  }
}

/** The machine or the checker could not do its part: never the learner's fault. */
export class HarnessFault extends Error {
  readonly fault: string

  constructor(fault: string) {
    super(fault)
    this.name = 'HarnessFault'
    this.fault = fault
  }
}

/** The machine lacks what one test drives, such as curl: the test is skipped. */
export class Missing extends Error {
  readonly missing: string

  constructor(missing: string) {
    super(missing)
    this.name = 'Missing'
    this.missing = missing
  }
}
