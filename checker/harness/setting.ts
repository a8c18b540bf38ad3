import type { Launch } from '../program/launch.ts'
import type { Subject } from '../program/subject.ts'
import type { ConversationEvent } from './conversation.ts'

/** What the tests of one check run on, and how. */
export interface Setting {
  launch: Launch
  seed: number
  /** The learner writes a server or a client: the subject of every sentence. */
  subject: Subject
  /** 1 on a typical machine, more on a slower one: all deadlines are multiplied by it. */
  scale: number
  /** Ends the check at the first test that fails. */
  bail?: boolean
  /** Called with the title of each test when its turn comes. */
  onTurn?: (title: string) => void
  /** Called with each event of a test as it happens. */
  onEvent?: (event: ConversationEvent) => void
  /** Title of the only test to run; undefined for all. */
  only?: string
  /** Titles of tests that are not run. */
  except?: readonly string[]
  /**
   * Where tests make folders for the program, if not in its TMPDIR: in a sandbox only the program
   * sees its TMPDIR.
   */
  scratch?: string
  /**
   * Starts only one process ahead until it is known how many tests there are: what a greedy program
   * takes, it takes once.
   */
  sparing?: boolean
  /**
   * Once a test has failed and the tests together have taken this long, in ms, the rest fail
   * without being run.
   */
  budgetMs?: number
}
