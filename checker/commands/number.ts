import { InvalidArgumentError } from 'commander'

/** A number as an option takes it. */
export function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It is a whole number from 0 to 999,999,999.')
}

/** A number of times or of things: none of them would be nothing to do. */
export function count(text: string): number {
  if (/^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text)
  throw new InvalidArgumentError('It is a whole number from 1 to 999,999,999.')
}
