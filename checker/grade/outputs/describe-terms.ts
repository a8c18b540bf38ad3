import type { Learner } from '../store/record.ts'
import { minuteOf } from './describe-policy.ts'

/**
 * What the roster grants a learner, and whether they are gone, in a few words each. Reason and
 * comment are untrusted text, on one line.
 */
export function describeTerms({ due, excused, adjust, reason, comment, gone }: Learner): string[] {
  const why = reason === undefined ? '' : `: ${oneLine(reason)}`
  const granted = [
    ...(due === undefined ? [] : [`due ${minuteOf(due)} UTC`]),
    ...(excused === undefined ? [] : [excused === 'all' ? 'excused' : `excused from ${excused.join(', ')}`]),
    ...(adjust === undefined ? [] : [`adjusted by ${signed(adjust)} of 100 points`]),
  ]
  return [
    ...(gone ? ['no longer in the roster'] : []),
    ...(granted.length > 0 ? [`${granted.join(', ')}${why}`] : reason === undefined ? [] : [oneLine(reason)]),
    ...(comment === undefined ? [] : [`comment: ${oneLine(comment)}`]),
  ]
}

/** `+5`, `-2.5`. */
export function signed(points: number): string {
  return points > 0 ? `+${points}` : `${points}`
}

function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]\s*/g, ' ')
}
