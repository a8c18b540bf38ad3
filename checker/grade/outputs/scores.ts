import type { GradeRecord, Learner, Terms } from '../store/record.ts'

/** What a facilitator decides about points, apart from what was found out about a program. */
export interface Policy {
  /** By exercise; 1 if not given. */
  weights: Readonly<Record<string, number>>
  /** Which file counts if a learner handed in several over time. */
  attempts: 'best' | 'last'
  /** ISO 8601. */
  deadline?: string
  late: LatePolicy
}

/** What happens to the score of a file that came after the deadline. */
export interface LatePolicy {
  /** Minutes after the deadline that count as in time. */
  graceMinutes: number
  /** What each started day takes off, as a share of the score: 0.1 is ten percent. */
  perDay: number
  /** The share that is left however late it came. */
  floor: number
}

/**
 * No deadline, every exercise weighs the same, the last file handed in counts. Late files are
 * marked, and lose nothing until a rule says so.
 */
export const PLAIN_POLICY: Policy = {
  weights: {},
  attempts: 'last',
  late: { graceMinutes: 0, perDay: 0, floor: 0 },
}

/** One exercise of one learner, after the policy. */
export interface Cell {
  exercise: string
  /** From 0 to 1. */
  score: number
  /** Days started since the deadline, the policy's or their own; 0 if in time. */
  lateDays: number
  /** It does not count for this learner, whatever the result. */
  excused?: true
  /** The attempt that counts; absent if nothing was ever graded. */
  record?: GradeRecord
  /** All attempts, the last one last, if there were several. */
  history?: readonly GradeRecord[]
}

/** One learner's row. */
export interface Score {
  learner: string
  cells: Cell[]
  /**
   * The weighted mean of the cells that count, from 0 to 1, plus what the roster adds; never below
   * 0.
   */
  total: number
  /** What the total would be without what the roster adds; absent if it adds nothing. */
  earned?: number
  /** How many exercises that count could not be judged: until they are, there is no total. */
  unjudged?: number
}

/** Who gets a score, and what the roster grants them. */
export type Scored = Pick<Learner, 'id' | keyof Terms>

/**
 * The scores that follow from the records: the same records, learners and policy always give the
 * same scores.
 */
export function scoresOf(
  learners: readonly Scored[],
  exercises: readonly string[],
  records: readonly GradeRecord[],
  policy: Policy,
): Score[] {
  const attempts = new Map<string, GradeRecord[]>()
  for (const record of records) {
    const key = `${record.learner}\n${record.exercise}`
    attempts.set(key, [...(attempts.get(key) ?? []), record])
  }
  return learners.map((learner) => {
    const { id, due, adjust } = learner
    const own = due === undefined ? policy : { ...policy, deadline: due }
    const cells = exercises.map((exercise): Cell => {
      const cell = toCell(exercise, attempts.get(`${id}\n${exercise}`) ?? [], own)
      return isExcused(learner, exercise) ? { ...cell, lateDays: 0, excused: true } : cell
    })
    const mean = weightedMean(cells, policy.weights)
    const unjudged = cells.filter((cell) => isUnjudged(cell, policy)).length
    return {
      learner: id,
      cells,
      total: adjust === undefined ? mean : Math.max(0, mean + adjust / 100),
      ...(adjust !== undefined && { earned: mean }),
      ...(unjudged > 0 && { unjudged }),
    }
  })
}

/**
 * True unless nothing counts, or something that counts could not be judged: then there is no total,
 * and not a 0 either.
 */
export function hasTotal(score: Score): boolean {
  return !isAllExcused(score) && score.unjudged === undefined
}

/** True if none of the exercises counts. */
export function isAllExcused({ cells }: Score): boolean {
  return cells.length > 0 && cells.every(({ excused }) => excused)
}

function isUnjudged({ exercise, record, excused }: Cell, { weights }: Policy): boolean {
  return record?.verdict === 'error' && !excused && weights[exercise] !== 0
}

function isExcused({ excused }: Scored, exercise: string): boolean {
  return excused === 'all' || (excused?.includes(exercise) ?? false)
}

function toCell(exercise: string, attempts: readonly GradeRecord[], policy: Policy): Cell {
  const history = attempts.length > 1 ? { history: attempts } : {}
  const cells = attempts.map((record) => {
    const lateDays = daysLate(record, policy)
    return { exercise, score: afterDays(record.score, lateDays, policy.late), lateDays, record, ...history }
  })
  const last = cells.at(-1) ?? { exercise, score: 0, lateDays: 0 }
  if (policy.attempts === 'last') return last
  // In a tie, the later one: it is the one that the learner has on screen.
  return cells.reduce<Cell>((best, cell) => (cell.score >= best.score ? cell : best), cells[0] ?? last)
}

function daysLate({ submittedAt }: GradeRecord, { deadline, late }: Policy): number {
  if (deadline === undefined || submittedAt === undefined) return 0
  const minutes = (Date.parse(submittedAt) - Date.parse(deadline)) / 60_000
  return minutes <= late.graceMinutes ? 0 : Math.ceil(minutes / (24 * 60))
}

function afterDays(score: number, days: number, { perDay, floor }: LatePolicy): number {
  return days === 0 ? score : score * Math.max(floor, 1 - perDay * days)
}

function weightedMean(cells: readonly Cell[], weights: Policy['weights']): number {
  const weight = ({ exercise, excused }: Cell) => (excused ? 0 : (weights[exercise] ?? 1))
  const all = cells.reduce((sum, cell) => sum + weight(cell), 0)
  if (all === 0) return 0
  return cells.reduce((sum, cell) => sum + cell.score * weight(cell), 0) / all
}
