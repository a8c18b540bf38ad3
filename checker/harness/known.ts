/**
 * What the tests that have ended say about the program. The rest of the check relies on it, to
 * reach its verdict sooner.
 */
export interface Known {
  /** One of them has failed. */
  failed: boolean
  /** In one of them it computed for seconds without answering anything. */
  spins: boolean
}
