import type { Policy } from './scores.ts'

/**
 * The policy in sentences, for everyone whose points depend on it. Times are in UTC, as they are
 * stored.
 */
export function describePolicy({ weights, attempts, deadline, late }: Policy): string[] {
  const heavy = Object.entries(weights).filter(([, weight]) => weight !== 1)
  return [
    ...(deadline === undefined ? [] : [`Deadline: ${minuteOf(deadline)} UTC. ${lateRule(late)}`]),
    `Of several files for an exercise the ${attempts} one counts.`,
    ...(heavy.length === 0
      ? []
      : [`Weights: ${heavy.map(([name, weight]) => `${name} ${weight}`).join(', ')}; 1 for the others.`]),
  ]
}

function lateRule({ graceMinutes, perDay, floor }: Policy['late']): string {
  const grace = graceMinutes === 0 ? '' : ` ${graceMinutes} minutes after it still count as in time.`
  if (perDay === 0) return `Late work is marked and loses no points.${grace}`
  const least = floor === 0 ? '' : `, down to ${percent(floor)} % of them`
  return `Late work loses ${percent(perDay)} % of its points for each day that has begun${least}.${grace}`
}

/** `2027-01-31 23:59`, in UTC as it is stored. */
export function minuteOf(time: string): string {
  return time.slice(0, 16).replace('T', ' ')
}

function percent(share: number): number {
  return Math.round(share * 1000) / 10
}
