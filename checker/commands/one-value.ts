import { InvalidArgumentError, type Option } from 'commander'

/** A flag that takes a value takes one: a second must not stand for the first unseen. */
export function takeOneValue(option: Option): void {
  if (!option.required) return
  const parse = option.parseArg
  option.argParser((value, before) => {
    if (before !== undefined) throw new InvalidArgumentError('It is there twice: leave one of them.')
    return parse ? parse(value, before) : value
  })
}
