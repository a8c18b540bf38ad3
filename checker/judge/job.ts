import type { Runnable } from '../course/submission.ts'
import type { Subject } from '../program/subject.ts'
import type { Cage } from '../sandbox/cage.ts'

/**
 * One check: which tests to run on which program. Holds everything the judge needs to know, ready
 * to be sent.
 */
export interface Job {
  /** `03-echo`. */
  exercise: string
  /** Folder of the hidden tests. */
  tests: string
  subject: Subject
  program: Runnable
  /** Working directory of the program. */
  cwd: string
  seed: number
  /** Title of the only test to run; undefined for all. */
  only?: string
  /** Titles of tests that are not run and not in the verdict: their results are known. */
  except?: readonly string[]
  /**
   * The port on which the program waits for a debugger, stopped at its first line. Each event of
   * its test is reported as it happens.
   */
  inspect?: number
  /** Ends at the first failing test: for callers who only want to know which one it is. */
  bail?: boolean
  /** Hidden tests besides those of the folder: file names with their text. */
  extraTests?: Readonly<Record<string, string>>
  /** Keeps the learner's file, its compiler and its processes apart from the judge. */
  cage?: Cage
}
