import { InvalidArgumentError } from 'commander'

/** Parses an option's value as a whole number. */
export function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It is a whole number from 0 to 999,999,999.')
}

/** Parses a number of times or things: zero is rejected. */
export function count(text: string): number {
  if (/^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text)
  throw new InvalidArgumentError('It is a whole number from 1 to 999,999,999.')
}
