import type { Score } from './scores.ts'

/** `2 days late`. */
export function lateText(days: number): string {
  return `${days} ${days === 1 ? 'day' : 'days'} late`
}

/** Which of a learner's exercises came late, in a few words each: `06-lines: 2 days late`. */
export function lateIn({ cells }: Score): string[] {
  return cells.flatMap(({ exercise, lateDays, excused }) =>
    lateDays > 0 && !excused ? [`${exercise}: ${lateText(lateDays)}`] : [],
  )
}
