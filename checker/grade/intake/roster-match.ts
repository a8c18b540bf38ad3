import { distance } from 'fastest-levenshtein'
import type { Learner } from '../store/record.ts'
import type { Claim } from './claims.ts'

/** Which claim is whose; and whose it may be, of those that are nobody's. */
export interface RosterMatch {
  byLearner: ReadonlyMap<Learner, readonly Claim[]>
  strangers: { claim: Claim; near?: Learner }[]
}

const MAX_CHANGES = 2
const SHORTEST_TYPO = 4

/** Finds each claim's learner in the roster: by the id, in any case; then by what a platform's download says, if only one learner is so called. */
export function matchRoster(claims: readonly Claim[], roster: readonly Learner[]): RosterMatch {
  const byLearner = new Map<Learner, Claim[]>()
  const strangers: RosterMatch['strangers'] = []
  const byId = new Map(
    roster.flatMap((learner) => (learner.aliases ?? []).map((alias) => [folded(alias), learner] as const)),
  )
  for (const learner of roster) byId.set(folded(learner.id), learner)
  const byName = new Map<string, Learner[]>()
  for (const learner of roster)
    for (const key of namesOf(learner)) byName.set(key, [...(byName.get(key) ?? []), learner])
  for (const claim of claims) {
    const named = claim.also.flatMap((each) => byName.get(letters(each)) ?? [])
    const own = [claim.id, ...claim.also]
      .map((each) => byId.get(folded(each)))
      .find((each) => each !== undefined)
    const learner = own ?? (new Set(named).size === 1 ? named[0] : undefined)
    if (learner) byLearner.set(learner, [...(byLearner.get(learner) ?? []), claim])
    else strangers.push({ claim })
  }
  const absent = roster.filter((learner) => !byLearner.has(learner))
  return { byLearner, strangers: strangers.map(({ claim }) => withNear(claim, absent)) }
}

/** The same text for ids that people take for one. */
export function folded(id: string): string {
  return id.normalize('NFKC').toLowerCase().trim()
}

/** Each way in which a platform may write who this is. */
function namesOf({ name = '', email = '' }: Learner): Set<string> {
  const [last = '', first] = name.split(',')
  const words = name.trim().split(/\s+/)
  const lastFirst = first === undefined ? [words.at(-1), ...words.slice(0, -1)] : [last, first]
  const firstLast = first === undefined ? words : [first, last]
  const keys = [firstLast.join(''), lastFirst.join(''), email, email.split('@')[0] ?? ''].map(letters)
  return new Set(keys.filter((key) => key !== ''))
}

function letters(text: string): string {
  return folded(text).replace(/[^\p{L}\p{M}\p{N}@.]+/gu, '')
}

function withNear(claim: Claim, absent: readonly Learner[]): { claim: Claim; near?: Learner } {
  const near = absent.filter(({ id }) => isNear(folded(claim.id), folded(id)))
  return { claim, ...(near.length === 1 && near[0] && { near: near[0] }) }
}

function isNear(one: string, other: string): boolean {
  if (Math.max(one.length, other.length) > 80) return false
  const shortest = Math.min(one.length, other.length)
  return shortest >= SHORTEST_TYPO && (distance(one, other) <= MAX_CHANGES || one.includes(other))
}
