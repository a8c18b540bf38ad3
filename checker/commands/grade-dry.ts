import { tmpdir } from 'node:os'
import type { Exercise } from '../course/course.ts'
import { withScratch } from '../files/scratch.ts'
import { estimate } from '../grade/estimate.ts'
import { type CohortPlace, findCohort } from '../grade/intake/intake.ts'
import type { PackTests } from '../grade/intake/pack.ts'
import { renderDryRun } from '../grade/outputs/dry-run.ts'
import { editionsOf, jobsOf } from '../grade/plan.ts'
import { readAttempts } from '../grade/read-attempts.ts'
import { sayUnplaced } from '../grade/say-unplaced.ts'
import type { Ledger } from '../grade/store/ledger.ts'
import { Store } from '../grade/store/store.ts'
import { defaultJudges } from '../judge/asks/judge-pool.ts'
import { lackOfSandbox } from '../sandbox/sandbox.ts'
import { fitted } from '../terminal/fitted.ts'
import { viewOf } from '../terminal/view.ts'

const OK = 0
const COULD_NOT_JUDGE = 3

/** The input of a run. */
export interface Planned {
  root: string
  out: string
  place: CohortPlace
  exercises: readonly Exercise[]
  packs: ReadonlyMap<string, PackTests>
  before: Ledger
}

/** The options that decide what a run would do: see `GradeOptions`. */
export interface DryOptions {
  again?: boolean
  sandbox?: boolean
  queue?: string
  jobs?: number
}

/**
 * `npm run grade -- DIR --dry-run`: reads and fetches what a run would, and lists what it would
 * grade. Leaves nothing behind.
 */
export function gradeDry(
  { root, out, place, exercises, packs, before }: Planned,
  { again = false, sandbox, queue, jobs }: DryOptions,
  say: (text: string) => void,
): Promise<number> {
  return withScratch(tmpdir(), 'accept-loop-dry-', async (clones) => {
    const cohort = findCohort({ ...place, clones })
    const store = new Store(out, true)
    const editions = editionsOf(root, exercises, packs, sandbox !== false)
    const { attempts, remarks } = await readAttempts(cohort, exercises, editions, store)
    const missing = jobsOf(attempts, editions, store, again)
    const judges = queue === undefined ? (jobs ?? defaultJudges) : undefined
    const present = new Set(cohort.submissions.map(({ learner }) => learner.id))
    const view = viewOf(process.stdout, process.env)
    const run = {
      submissions: cohort.submissions,
      attempts,
      missing: new Set(missing.map(({ hash }) => hash)),
      gone: before.learners.map(({ id }) => id).filter((id) => !present.has(id)),
      estimate: estimate(missing, judges ?? 1, before, store),
      judges,
    }
    say(renderDryRun(run, view, Math.max(view.width, process.stdout.columns ?? 0)))
    sayUnplaced([...cohort.ignored, ...remarks])
    const lack = queue === undefined && sandbox !== false ? lackOfSandbox() : undefined
    if (lack !== undefined) console.error(fitted(lack))
    const unread = attempts.some(({ record }) => record?.verdict === 'error')
    return lack !== undefined || unread ? COULD_NOT_JUDGE : OK
  })
}
