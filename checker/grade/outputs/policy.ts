import { readFileSync } from 'node:fs'
import { UsageError } from '../../errors/usage.ts'
import { PLAIN_POLICY, type Policy } from './scores.ts'

const SHAPE = `It is JSON, such as
{"weights": {"03-echo": 2}, "attempts": "best", "late": {"graceMinutes": 15, "perDay": 0.1, "floor": 0.5}}`

/** The policy of a file, with a deadline from the command line; checked, as a person wrote it. */
export function readPolicy(path: string | undefined, deadline: string | undefined): Policy {
  const given = path === undefined ? {} : parse(path)
  const policy = { ...PLAIN_POLICY, ...given, late: { ...PLAIN_POLICY.late, ...given.late } }
  const bad = path === undefined ? undefined : problemOf(policy, Object.keys(given))
  if (bad) throw new UsageError(`${path}: ${bad}. ${SHAPE}`)
  const last = deadline ?? policy.deadline
  return { ...policy, ...(last !== undefined && { deadline: toTime(last) }) }
}

function parse(path: string): Partial<Policy> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof value === 'object' && value !== null) return value as Partial<Policy>
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : message
    throw new UsageError(`The policy ${path} cannot be read: ${why}. ${SHAPE}`)
  }
  throw new UsageError(`${path} is no policy. ${SHAPE}`)
}

function problemOf({ weights, attempts, late }: Policy, names: readonly string[]): string | undefined {
  const share = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1
  const known = [...Object.keys(PLAIN_POLICY), 'deadline']
  const stranger = names.find((name) => !known.includes(name))
  if (stranger !== undefined) return `"${stranger}" is not known`
  if (!Object.values(weights).every((weight) => typeof weight === 'number' && weight >= 0))
    return 'a weight is a number from 0 on'
  if (attempts !== 'best' && attempts !== 'last') return '"attempts" is "best" or "last"'
  if (!(typeof late.graceMinutes === 'number' && late.graceMinutes >= 0))
    return '"graceMinutes" is a number from 0 on'
  if (!share(late.perDay) || !share(late.floor)) return '"perDay" and "floor" are numbers from 0 to 1'
  return undefined
}

function toTime(text: string): string {
  const time = Date.parse(text)
  if (Number.isNaN(time))
    throw new UsageError(`"${text}" is no time. Write the deadline as 2027-01-31T23:59+01:00`)
  return new Date(time).toISOString()
}
