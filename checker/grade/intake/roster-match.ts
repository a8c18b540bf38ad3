import { distance } from 'fastest-levenshtein'
import type { Learner } from '../store/record.ts'
import type { Claim } from './claims.ts'

/** Which claim belongs to which learner, and for unmatched claims, whose they may be. */
export interface RosterMatch {
  byLearner: ReadonlyMap<Learner, readonly Claim[]>
  strangers: { claim: Claim; near?: Learner }[]
}

const MAX_CHANGES = 2
const SHORTEST_TYPO = 4

/**
 * Ways in which a submission's name may match its learner, the surest first. A way counts only if
 * it matches exactly one learner.
 */
type Way = (names: { learner: Learner } | { claim: Claim; prefix: string }) => readonly string[]

const WAYS: readonly Way[] = [
  (of) => ('learner' in of ? [of.learner.id] : [of.claim.id]),
  (of) => ('learner' in of ? [of.learner.id].map(folded) : namesOfClaim(of.claim).map(folded)),
  (of) => ('learner' in of ? idsOf(of.learner).map(folded) : namesOfClaim(of.claim).map(folded)),
  (of) => ('learner' in of ? idsOf(of.learner).map(bare) : namesOfClaim(of.claim).map(bare)),
  (of) => ('learner' in of ? idsOf(of.learner).map(bare) : [bare(of.claim.id.slice(of.prefix.length))]),
  (of) => ('learner' in of ? [...namesOf(of.learner)] : of.claim.also.map(letters)),
]

/**
 * Finds each claim's learner in the roster: by the id, also in another case or Unicode form or
 * without the zeros that a spreadsheet removed; by the learner's other names; without the prefix
 * that all claims share, as assignments of GitHub Classroom do; by the name in a platform's
 * download.
 */
export function matchRoster(claims: readonly Claim[], roster: readonly Learner[]): RosterMatch {
  const byLearner = new Map<Learner, Claim[]>()
  const prefix = commonPrefix(claims.map(({ id }) => id))
  let left = claims
  for (const way of WAYS) {
    const called = new Map<string, Set<Learner>>()
    for (const learner of roster)
      for (const key of way({ learner })) called.set(key, (called.get(key) ?? new Set()).add(learner))
    left = left.filter((claim) => {
      const found = new Set(way({ claim, prefix }).flatMap((key) => [...(called.get(key) ?? [])]))
      const [learner, ...others] = found
      if (!learner || others.length > 0) return true
      byLearner.set(learner, [...(byLearner.get(learner) ?? []), claim])
      return false
    })
  }
  const absent = roster.filter((learner) => !byLearner.has(learner) && learner.url === undefined)
  return { byLearner, strangers: left.map((claim) => withNear(claim, absent)) }
}

function namesOfClaim({ id, also }: Claim): string[] {
  return [id, ...also]
}

function idsOf({ id, aliases = [] }: Learner): string[] {
  return [id, ...aliases]
}

/** The common beginning of several names, up to a dash or an underscore. */
function commonPrefix(names: readonly string[]): string {
  const [first = '', ...others] = names
  if (others.length === 0) return ''
  let length = first.length
  for (const name of others) while (!name.startsWith(first.slice(0, length))) length -= 1
  return /^.*[-_]/s.exec(first.slice(0, length))?.[0] ?? ''
}

/** The same text for ids that people take for the same. */
export function folded(id: string): string {
  return id.normalize('NFKC').toLowerCase().trim()
}

/**
 * An id without invisible characters, and a number without its leading zeros: spreadsheets remove
 * them.
 */
function bare(id: string): string {
  return folded(id)
    .replace(/\p{Cf}/gu, '')
    .replace(/^0+(?=\d+$)/, '')
}

/** Every way in which a platform may write this learner's name. */
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
