import type { Exercise } from '../course/course.ts'
import { newSeed } from '../judge/asks/jobs.ts'
import { defaultJudges, shareOut } from '../judge/asks/judge-pool.ts'
import type { Job } from '../judge/job.ts'
import { likelyCause } from '../report/causes.ts'
import { proofsOf } from '../verify/proof.ts'

/** What a whole check of one mistake showed. */
export interface MistakeCheck {
  exercise: string
  /** `mistakes/answers-once.diff`. */
  name: string
  /** Milliseconds from the start of the check to its verdict. */
  ms: number
  /** Milliseconds to the first test that failed; undefined if none did. */
  firstFailureMs: number | undefined
  /** The sentence that the report shows first. */
  message: string | undefined
  /** True if the report has a likely cause to show with it. */
  hasCause: boolean
}

/**
 * Checks every mistake of these exercises the way a learner would: with all tests, and not only the
 * one that the mistake names.
 */
export async function checkMistakes(
  root: string,
  exercises: readonly Exercise[],
  scratch: string,
  onCheck: (done: number, total: number) => void,
): Promise<MistakeCheck[]> {
  const options = { seed: newSeed(), inOrder: true, scratch }
  const proofs = exercises
    .flatMap((exercise) => proofsOf(root, exercise, options))
    .filter(({ kind, job }) => kind === 'mistake' && job !== undefined)
  const checks: MistakeCheck[] = []
  await shareOut(root, proofs, defaultJudges, async (judge, { exercise, name, job }) => {
    let failedAt: number | undefined
    const verdict = await judge.judge({ ...(job as Job), bail: false }, (test) => {
      if (test.verdict === 'fail') failedAt ??= performance.now()
    })
    const first = verdict.tests.find((test) => test.verdict === 'fail')
    checks.push({
      exercise,
      name,
      ms: verdict.ms,
      // Computed from the end: a new judge takes a while to start on the job.
      firstFailureMs: failedAt && verdict.ms - (performance.now() - failedAt),
      message: first && `${first.title}: ${first.message}`,
      hasCause: first !== undefined && likelyCause(first) !== undefined,
    })
    onCheck(checks.length, proofs.length)
  })
  return checks
}
