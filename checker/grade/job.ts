/**
 * One file of one learner, to be graded: everything that a machine with a checkout needs, ready to
 * be sent.
 */
export interface GradeJob {
  version: 1
  /** `Learner.id`. */
  learner: string
  /** `03-echo`. */
  exercise: string
  /** The file that was handed in, base64. */
  bytes: string
  /** The modules beside it that it imports, base64, by their paths. */
  beside?: Readonly<Record<string, string>> | undefined
  /** Hidden tests that learners do not have: file names with their text. */
  extraTests: Readonly<Record<string, string>>
  /** ISO 8601. */
  submittedAt?: string
  /** Content address of the result; see `addressOf`. */
  hash: string
}
