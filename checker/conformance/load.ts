import type { Prepare, RunningServer } from './running-server.ts'

/** One load under which the servers of an exercise are compared. */
export interface Load {
  /** What is counted: `gets a second, 8 connections`. */
  name: string
  /** The programs that generate the load. */
  needs?: readonly string[]
  /**
   * The servers besides the reference, each with its file in `alternatives/`: `{ memcached:
   * 'memcached.sh' }`.
   */
  rivals: Readonly<Record<string, string>>
  /**
   * Puts a freshly started server under the load for a second or two, and returns how many per
   * second it did.
   */
  measure(server: RunningServer): Promise<number>
}

/** What `solutions/NN-name/load.ts` exports. */
export interface Loads {
  loads: readonly Load[]
  prepare?: Prepare
}
