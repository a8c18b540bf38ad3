/**
 * What the tests that have ended say of the program: the rest of the check goes by it, and is told
 * sooner.
 */
export interface Known {
  /** One of them has failed. */
  failed: boolean
  /** In one of them it computed for seconds and answered nothing. */
  spins: boolean
}
