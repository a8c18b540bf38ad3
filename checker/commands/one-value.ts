import { InvalidArgumentError, type Option } from 'commander'

/** Rejects a second value for a flag, which would otherwise silently replace the first. */
export function takeOneValue(option: Option): void {
  if (!option.required) return
  const parse = option.parseArg
  option.argParser((value, before) => {
    if (before !== undefined) throw new InvalidArgumentError('It is there twice: leave one of them.')
    return parse ? parse(value, before) : value
  })
}
