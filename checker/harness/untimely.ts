import type { CheckFailure } from './failure.ts'

/**
 * Thrown if a client was so late that the outcome means nothing: a right server may fail, or a
 * wrong one pass. `inTime` then plays the test again.
 */
export class Untimely extends Error {
  /**
   * What the test would report. Undefined if a busy machine is known to have made the client late.
   */
  readonly failure: CheckFailure | undefined

  constructor(failure?: CheckFailure) {
    super(failure?.message ?? 'a busy machine made the client late')
    this.failure = failure
  }
}
