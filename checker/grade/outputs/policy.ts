import { readFileSync } from 'node:fs'
import { closest, distance } from 'fastest-levenshtein'
import { UsageError } from '../../errors/usage.ts'
import { expectZone, localZone, toDeadline } from './deadline.ts'
import { PLAIN_POLICY, type Policy } from './scores.ts'

const SHAPE = `It is JSON, such as
{"weights": {"03-echo": 2}, "attempts": "best", "late": {"graceMinutes": 15, "perDay": 0.1, "floor": 0.5}}`

/** This many letters of a name may be wrong for it to be understood. */
const MAX_TYPO = 3

/** What a person decided on the command line. */
export interface PolicyOptions {
  /** Path of a file. */
  policy?: string | undefined
  deadline?: string | undefined
  /** The time zone whose midnight ends the day of a bare date. */
  timezone?: string | undefined
}

type Check = (value: unknown) => string | undefined

const share: Check = (value) =>
  typeof value === 'number' && value >= 0 && value <= 1 ? undefined : 'is a number from 0 to 1'
const fromZero: Check = (value) =>
  typeof value === 'number' && value >= 0 ? undefined : 'is a number from 0 on'
const text: Check = (value) => (typeof value === 'string' ? undefined : 'is a text')
const bestOrLast: Check = (value) =>
  value === 'best' || value === 'last' ? undefined : 'is "best" or "last"'

/**
 * The policy from a file, with a deadline from the command line; checked, since a person wrote it.
 * `exercises` are those of the course.
 */
export function readPolicy(
  { policy: path, deadline, timezone }: PolicyOptions,
  exercises: readonly string[],
): Policy {
  if (timezone !== undefined) expectZone(timezone)
  const given = path === undefined ? {} : parse(path, exercises)
  const policy = { ...PLAIN_POLICY, ...given, late: { ...PLAIN_POLICY.late, ...given.late } }
  const last = deadline ?? policy.deadline
  return { ...policy, ...(last !== undefined && { deadline: toDeadline(last, timezone ?? localZone) }) }
}

function parse(path: string, exercises: readonly string[]): Partial<Policy> {
  const json = read(path)
  const refuse = (why: string, key?: string) => {
    const line = key === undefined ? undefined : lineOf(json, key)
    throw new UsageError(`${path}${line === undefined ? '' : `:${line}`}: ${why}. ${SHAPE}`)
  }
  const fields = (value: unknown, checks: Readonly<Record<string, Check>>, of: string) => {
    if (!isObject(value)) return refuse(`${of} is an object, { … }`)
    for (const [key, field] of Object.entries(value)) {
      const check = checks[key]
      if (!check) refuse(`"${key}" is not known in ${of}${meant(key, Object.keys(checks))}`, key)
      const problem = check?.(field)
      if (problem !== undefined) refuse(`"${key}" ${problem}`, key)
    }
  }
  const nested = (checks: Readonly<Record<string, Check>>, of: string): Check => {
    return (value) => {
      fields(value, checks, of)
      return undefined
    }
  }
  const value: unknown = JSON.parse(json)
  const weights = Object.fromEntries(exercises.map((name) => [name, fromZero]))
  const late = { graceMinutes: fromZero, perDay: share, floor: share }
  fields(
    value,
    {
      weights: nested(weights, '"weights"'),
      attempts: bestOrLast,
      deadline: text,
      late: nested(late, '"late"'),
    },
    'a policy',
  )
  return value as Partial<Policy>
}

function read(path: string): string {
  try {
    const json = readFileSync(path, 'utf8')
    JSON.parse(json)
    return json
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : message
    throw new UsageError(`The policy ${path} cannot be read: ${why}. ${SHAPE}`)
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function meant(key: string, known: readonly string[]): string {
  const near = closest(key, [...known])
  return distance(key, near) > MAX_TYPO ? '' : ` (did you mean "${near}"?)`
}

/** The line, from 1, that contains a key. */
function lineOf(json: string, key: string): number | undefined {
  const at = json.indexOf(JSON.stringify(key))
  return at < 0 ? undefined : json.slice(0, at).split('\n').length
}
