import { UsageError } from '../../errors/usage.ts'

/** A date, and perhaps a time with its zone: RFC 3339, with or without seconds. */
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/

/** The zone of this machine, as IANA names it. */
export const localZone = Intl.DateTimeFormat().resolvedOptions().timeZone

/**
 * The moment that a deadline names, as ISO 8601 in UTC. A bare date is the end of that day in the
 * zone. Throws a usage error for anything else.
 */
export function toDeadline(text: string, zone = localZone): string {
  const date = DATE.exec(text)
  const ms = date
    ? endOfDay(date.slice(1).map(Number), zone)
    : TIME.test(text)
      ? Date.parse(text)
      : Number.NaN
  if (Number.isNaN(ms))
    throw new UsageError(
      `"${text}" is not a deadline. Write a date, 2027-01-31 (its end counts, in ${zone}), or a time with its zone, 2027-01-31T23:59+01:00.`,
    )
  return new Date(ms).toISOString()
}

/** Throws a usage error if there is no such zone. */
export function expectZone(zone: string): void {
  try {
    Intl.DateTimeFormat('en', { timeZone: zone })
  } catch {
    throw new UsageError(
      `There is no time zone "${zone}": name one as IANA does, such as Europe/Berlin or UTC.`,
    )
  }
}

/** One millisecond before the next day begins there. NaN if there is no such day. */
function endOfDay([year = 0, month = 0, day = 0]: readonly number[], zone: string): number {
  const midnight = Date.UTC(year, month - 1, day)
  if (new Date(midnight).getUTCDate() !== day) return Number.NaN
  const next = Date.UTC(year, month - 1, day + 1)
  // The offset at that moment is known only once the moment is; a second look settles it, in case
  // clocks change that night.
  const guess = next - offsetMs(next, zone)
  return next - offsetMs(guess, zone) - 1
}

/** How far the zone's clocks are ahead of UTC at this moment. */
function offsetMs(at: number, zone: string): number {
  const format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
  const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const [, sign, hours = 0, minutes = 0] = /([+-])(\d\d):(\d\d)/.exec(name) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}
