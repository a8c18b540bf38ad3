import type { GradeRecord, Learner, Unplaced } from '../store/record.ts'
import { fileNamesOf } from './file-names.ts'
import { hasTotal, type Policy, type Score } from './scores.ts'

/** One learner of the gradebook. */
export interface GradesRow {
  /** Name, id and email are untrusted text. */
  learner: Learner
  score: Score
  /** Safe as a file name, and unique: see `fileNamesOf`. */
  fileName: string
}

/**
 * What every output of a gradebook is made from: one row per learner, with one cell per exercise in
 * the order of `exercises`.
 */
export interface Grades {
  exercises: readonly string[]
  rows: readonly GradesRow[]
  /** What determines the points, apart from the records. */
  policy: Policy
  unplaced: readonly Unplaced[]
}

/** Combines each learner with their scores. */
export function gradesOf(
  learners: readonly Learner[],
  exercises: readonly string[],
  scores: readonly Score[],
  policy: Policy,
  unplaced: readonly Unplaced[] = [],
): Grades {
  const byId = new Map(scores.map((score) => [score.learner, score]))
  const fileNames = fileNamesOf(learners.map(({ id }) => id))
  const rows = learners.map((learner) => ({
    learner,
    score: byId.get(learner.id) ?? { learner: learner.id, cells: [], total: 0 },
    fileName: fileNames.get(learner.id) ?? '',
  }))
  return { exercises, rows, policy, unplaced }
}

/** The mean of all totals, from 0 to 1, of those who have one and are not gone. */
export function meanOf(rows: readonly Pick<GradesRow, 'learner' | 'score'>[]): number {
  const counted = rows.filter(({ learner, score }) => !learner.gone && hasTotal(score))
  return counted.reduce((sum, { score }) => sum + score.total, 0) / Math.max(1, counted.length)
}

/** The records that count, in the order of the rows. */
export function recordsIn({ score }: Pick<GradesRow, 'score'>): GradeRecord[] {
  return score.cells.flatMap(({ record }) => record ?? [])
}

/** False if a learner's program has run outside a sandbox: then nothing in their row is certain. */
export function isSandboxed(row: GradesRow): boolean {
  return recordsIn(row).every(({ sandboxed }) => sandboxed)
}
