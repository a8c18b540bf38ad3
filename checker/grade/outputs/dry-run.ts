import { basename } from 'node:path'
import { type View, wrap } from '../../terminal/view.ts'
import { aboutSeconds, type Estimate } from '../estimate.ts'
import type { Submission } from '../intake/intake.ts'
import { printable } from '../progress.ts'
import { type Attempt, publicUrl } from '../store/ledger.ts'
import { isNotTaken } from './problems.ts'
import { inColumns } from './table.ts'

/** What a run would do. */
export interface DryRun {
  submissions: readonly Submission[]
  attempts: readonly Attempt[]
  /** Addresses of results that do not exist yet. */
  missing: ReadonlySet<string>
  /** Ids of those who are in the gradebook but not in this run. */
  gone: readonly string[]
  estimate: Estimate
  /** How many programs run at once; undefined with a queue, whose number of workers is unknown. */
  judges: number | undefined
}

const MAX_LINES = 60
const COUNTS = ['to run', 'known', 'none', 'odd'] as const
const COUNT = 7
const MIN_WHO = 12

/**
 * Which submission was matched with which learner, what would be graded, and how long it may take:
 * for a terminal of `columns`.
 */
export function renderDryRun(run: DryRun, view: View, columns: number): string {
  const parts = [
    'A dry run: nothing is graded, and nothing is written.',
    renderTable(run, view, columns),
    listed(
      'Taken from another place than NN-name/server.ts:',
      run.attempts.flatMap(({ learner, exercise, path }) =>
        path === undefined ? [] : [`${learner}, ${exercise}: ${path}`],
      ),
      columns,
    ),
    listed('Odd, and not run:', oddIn(run.attempts), columns),
    run.gone.length === 0 ? '' : wrap(printable(`Not in this run any more: ${run.gone.join(', ')}`), columns),
    wrap(renderEstimate(run), columns),
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

function renderTable({ submissions, attempts, missing }: DryRun, view: View, columns: number): string {
  const byLearner = new Map<string, Attempt[]>()
  for (const attempt of attempts)
    byLearner.set(attempt.learner, [...(byLearner.get(attempt.learner) ?? []), attempt])
  const rows = submissions.map((submission) => {
    const { id, name } = submission.learner
    const own = byLearner.get(id) ?? []
    const counts = [
      own.filter(({ hash }) => hash !== undefined && missing.has(hash)).length,
      own.filter(({ hash }) => hash !== undefined && !missing.has(hash)).length,
      own.filter((attempt) => attempt.record && !isOdd(attempt)).length,
      own.filter(isOdd).length,
    ]
    const who = printable(name === undefined || name === id ? id : `${id} (${name})`)
    return { who, from: printable(handedInAs(submission)), counts }
  })
  const room = columns - COUNTS.length * COUNT - 2
  const widest = (texts: readonly string[]) => Math.max(...texts.map((text) => text.length))
  const whole = widest(['learner', ...rows.map(({ who }) => who)])
  const who = Math.max(MIN_WHO, Math.min(whole, Math.floor(room / 2)))
  const from = Math.max(MIN_WHO, Math.min(widest(['handed in', ...rows.map((row) => row.from)]), room - who))
  const line = (left: string, right: string, counts: readonly (string | number)[]) =>
    `${inColumns(left, who, view)}  ${inColumns(right, from, view)}${counts.map((each) => `${each}`.padStart(COUNT)).join('')}`
  const shown = rows.slice(0, MAX_LINES).map((row) => line(row.who, row.from, row.counts))
  const more = rows.length > MAX_LINES ? [`… and ${rows.length - MAX_LINES} more learners`] : []
  return [line('learner', 'handed in', COUNTS), ...shown, ...more].join('\n')
}

/** The name of the submission in the cohort's folder, or where it is fetched from. */
function handedInAs({ learner: { url, branch }, parts = [], open, problem }: Submission): string {
  if (open && url !== undefined)
    return `${publicUrl(url)}${branch === undefined ? '' : ` (branch ${branch})`}`
  if (problem !== undefined) return 'cannot be read'
  return parts.map(({ path }) => basename(path)).join(', ') || 'nothing'
}

function isOdd({ record }: Attempt): boolean {
  return record !== undefined && (record.verdict === 'error' || isNotTaken(record))
}

/** One line each, or one for the whole submission if every exercise has the same to say. */
function oddIn(attempts: readonly Attempt[]): string[] {
  const lines = new Map<string, { learner: string; reason: string; exercises: string[] }>()
  for (const attempt of attempts) {
    if (!isOdd(attempt)) continue
    const { learner, exercise, record } = attempt
    const reason = record?.reason ?? ''
    const line = lines.get(`${learner}\n${reason}`) ?? { learner, reason, exercises: [] }
    lines.set(`${learner}\n${reason}`, line)
    line.exercises.push(exercise)
  }
  return [...lines.values()].map(({ learner, reason, exercises: [first = '', ...others] }) => {
    const what = others.length === 0 ? first : `${others.length + 1} exercises`
    return `${learner}, ${what}: ${reason}`
  })
}

function listed(heading: string, lines: readonly string[], columns: number): string {
  if (lines.length === 0) return ''
  const more = lines.length > MAX_LINES ? [`  … and ${lines.length - MAX_LINES} more`] : []
  const shown = lines.slice(0, MAX_LINES).map((text) => wrap(printable(text), columns, '  '))
  return [heading, ...shown, ...more].join('\n')
}

function renderEstimate({ submissions, missing, estimate: { seconds, guessed }, judges }: DryRun): string {
  const programs = `${missing.size} ${missing.size === 1 ? 'program' : 'programs'}`
  const learners = `${submissions.length} ${submissions.length === 1 ? 'learner' : 'learners'}`
  if (missing.size === 0) return `Nothing to run for ${learners}: all of it is graded, or there is nothing.`
  if (judges === undefined)
    return `${programs} to run for ${learners}. How long it takes is up to the workers.`
  const basis =
    guessed.length === 0
      ? 'as such files took here before'
      : `a guess: nothing was graded here yet of ${guessed.length > 3 ? `${guessed.length} exercises` : guessed.join(', ')}`
  const width = `${judges} ${judges === 1 ? 'program' : 'programs'} at a time`
  return `${programs} to run for ${learners}: ${aboutSeconds(seconds)}, ${width} (${basis}).`
}
