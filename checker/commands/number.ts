import { InvalidArgumentError } from 'commander'

/** A number as an option takes it. */
export function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new InvalidArgumentError(`"${text}" is not a whole number.`)
}

/** A number of times or of things: none of them would be nothing to do. */
export function count(text: string): number {
  const number = wholeNumber(text)
  if (number > 0) return number
  throw new InvalidArgumentError('It is a whole number from 1 on.')
}
