import type { Verdict } from '../../judge/verdict.ts'

/** What the roster grants one learner. Shown wherever their score is. */
export interface Terms {
  /** Their own deadline, in place of the policy's: ISO 8601, in UTC. */
  due?: string
  /** Exercises that do not count for them. */
  excused?: 'all' | readonly string[]
  /** Points out of a hundred that are added to their total; always with a reason. */
  adjust?: number
  /** The reason for the adjustment, or for anything else that is granted. Untrusted text. */
  reason?: string
  /** A comment for the learner. Untrusted text. */
  comment?: string
}

/**
 * A learner who handed something in: a row of the roster, or a folder's name if there is no roster.
 */
export interface Learner extends Terms {
  id: string
  name?: string
  email?: string
  /** The git repository that is graded, if the roster names one. */
  url?: string
  /** The branch of that repository; by default its default branch. */
  branch?: string
  /** Their other names, which may appear in the names of their files: a login, a number. */
  aliases?: readonly string[]
  /**
   * Their URL held a password or a token, and is stored without it: it cannot be fetched as it is
   * stored.
   */
  withheld?: true
  /**
   * They are no longer in the roster, or no longer hand anything in: what was graded stays, and
   * does not count towards a mean.
   */
  gone?: true
}

/**
 * pass and fail are about the learner's program; error is about us or the machine; flaky: two runs
 * of the same file disagreed, which is never counted as a pass; skipped: there was nothing to run,
 * and `reason` says why.
 */
export type GradeVerdict = 'pass' | 'fail' | 'error' | 'flaky' | 'skipped'

/**
 * What was found out about one file of one learner. Everything in it that comes from a submission
 * is untrusted text.
 */
export interface GradeRecord {
  version: 1
  /** `Learner.id`. */
  learner: string
  /** `03-echo`. */
  exercise: string
  verdict: GradeVerdict
  /** The share of the hidden tests that passed, from 0 to 1; 1 only when all did. */
  score: number
  /** False if `--no-sandbox` was given. */
  sandboxed: boolean
  /**
   * One sentence, unless it is a pass: why it could not be read or judged, or what failed first.
   */
  reason?: string
  /**
   * Content address: SHA-256, in hex, over everything that determines the result; empty if nothing
   * was run.
   */
  hash: string
  /** ISO 8601, in UTC. */
  gradedAt: string
  /** When it was handed in, in ISO 8601: the commit's or the file's time. For late policies. */
  submittedAt?: string
  /** Where the file was in the submission, if not in the exercise's usual place. */
  path?: string
  /** Its name in the store; absent if nothing was run. */
  file?: string
  /** Names in the store of the modules beside it, by their paths. */
  beside?: Readonly<Record<string, string>>
  /** The judge's verdict, test by test; absent if nothing was run. */
  verdictJson?: Verdict
  /** The second run's verdict, if the first was not a pass. */
  second?: Verdict
}

/** What was handed in and is in no cell of the gradebook. All of it is untrusted text. */
export interface Unplaced {
  /**
   * A file or folder in the cohort's folder; or, inside a submission, a learner's id and a path:
   * `alice/server.ts`.
   */
  name: string
  /** Completes a sentence that begins with the name: `is not in the roster`. */
  reason: string
}

export const RECORD_VERSION = 1
