import type { Command, Option } from 'commander'

/**
 * npm keeps flags before `--` for itself and passes them on as `npm_config_*`: `npm run check 03
 * --json` arrives as `check 03` and npm_config_json=true. Adds them to the arguments, so that both
 * spellings work.
 */
export function withNpmFlags(args: readonly string[], program: Command, env: NodeJS.ProcessEnv): string[] {
  const command = program.commands.find((each) => each.name() === args[0])
  if (!command) return [...args]
  const full = [...args]
  for (const option of command.options) {
    const value =
      env[`npm_config_${option.attributeName().replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`]
    if (value === undefined || isGiven(args, option)) continue
    if (option.negate) {
      // `--no-client` arrives as client=''.
      if (value === '') full.push(option.long ?? '')
      continue
    }
    if (value === '' || value === 'false') continue
    if (!option.required) {
      // Any other value is one of npm's own settings with the same name, such as editor=vim.
      if (value === 'true') full.push(option.long ?? '')
    } else if (value !== 'true') full.push(`${option.long}=${value}`)
    // `--seed 5` without `--`: npm takes the flag and leaves its value among the words.
    else if (full.length > 1 && !full.at(-1)?.startsWith('-')) full.push(`${option.long}=${full.pop()}`)
  }
  return full
}

function isGiven(args: readonly string[], option: Option): boolean {
  return args.some((arg) => arg === option.long || arg.startsWith(`${option.long}=`) || arg === option.short)
}
