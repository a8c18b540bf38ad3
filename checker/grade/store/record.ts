import type { Verdict } from '../../judge/verdict.ts'

/** What the roster grants one learner. Shown wherever their score is. */
export interface Terms {
  /** Their own deadline, in place of the policy's: ISO 8601, in UTC. */
  due?: string
  /** Exercises that do not count for them. */
  excused?: 'all' | readonly string[]
  /** Points of a hundred that are added to their total; with a reason, always. */
  adjust?: number
  /** Why: of the adjustment, or of what else is granted. Untrusted text. */
  reason?: string
  /** A comment for the learner. Untrusted text. */
  comment?: string
}

/** Who handed something in: a row of the roster, or a folder's name where there is no roster. */
export interface Learner extends Terms {
  id: string
  name?: string
  email?: string
  /** The git repository that is graded, where the roster names one. */
  url?: string
  /** Of that repository; its default branch without. */
  branch?: string
  /** What else they are called, and what they handed in with them: a login, a number. */
  aliases?: readonly string[]
  /**
   * Their URL held a password or a token, and is kept without: it cannot be fetched by what is
   * kept.
   */
  withheld?: true
  /**
   * They are in the roster no longer, or handed in nothing any more: what was graded stays, and
   * counts for nobody's mean.
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
  /** False where `--no-sandbox` was given. */
  sandboxed: boolean
  /**
   * One sentence, where there is no pass: why it could not be read, judged, or what failed first.
   */
  reason?: string
  /**
   * Content address: SHA-256, in hex, over all that the result follows from; empty where nothing
   * was run.
   */
  hash: string
  /** ISO 8601, in UTC. */
  gradedAt: string
  /** When it was handed in, in ISO 8601: the commit's or the file's time. For late policies. */
  submittedAt?: string
  /** Where the file was in the submission, if not where the exercise has it. */
  path?: string
  /** Its name in the store; absent where nothing was run. */
  file?: string
  /** Names in the store of the modules beside it, by their paths. */
  beside?: Readonly<Record<string, string>>
  /** The judge's verdict, test by test; absent where nothing was run. */
  verdictJson?: Verdict
  /** The second run's, where the first was no pass. */
  second?: Verdict
}

/** What was handed in and is in no cell of the gradebook. All of it is untrusted text. */
export interface Unplaced {
  /**
   * A file or folder of the cohort's folder; of a submission a learner's id and a path:
   * `alice/server.ts`.
   */
  name: string
  /** Goes on where the name ends: `is not in the roster`. */
  reason: string
}

export const RECORD_VERSION = 1
