import type { GradeRecord } from '../store/record.ts'

/**
 * Learners who handed in exactly the same file. We cannot know why: it is for a person to look at,
 * and does not affect any score.
 */
export interface SameFile {
  exercise: string
  /** `Learner.id`, in the order of the gradebook. */
  learners: string[]
}

/** The files that more than one learner handed in. Untouched stubs are left out. */
export function sameFiles(records: readonly GradeRecord[]): SameFile[] {
  const groups = new Map<string, SameFile>()
  for (const { exercise, learner, file, beside } of records) {
    if (file === undefined) continue
    const key = JSON.stringify([exercise, file, Object.entries(beside ?? {}).sort()])
    const group = groups.get(key) ?? { exercise, learners: [] }
    groups.set(key, group)
    if (!group.learners.includes(learner)) group.learners.push(learner)
  }
  return [...groups.values()]
    .filter(({ learners }) => learners.length > 1)
    .sort((a, b) => a.exercise.localeCompare(b.exercise))
}

/** Who else handed in the same file, by learner and exercise. */
export function othersWithSame(groups: readonly SameFile[]): (record: GradeRecord) => string[] {
  const byCell = new Map(
    groups.flatMap(({ exercise, learners }) =>
      learners.map((id) => [`${id}\n${exercise}`, learners] as const),
    ),
  )
  return ({ learner, exercise }) =>
    (byCell.get(`${learner}\n${exercise}`) ?? []).filter((id) => id !== learner)
}
