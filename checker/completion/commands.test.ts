import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { commands } from '../commands/index.ts'

/**
 * What the shells know about the commands must be what commander knows. UPDATE_GOLDEN=1 writes it
 * again.
 */
const path = join(import.meta.dirname, 'commands.txt')

test('the shells know the argument and every flag of each command', () => {
  const lines = commands('.', () => {}).commands.flatMap((command) => {
    const help = command.createHelp()
    const takes = help.commandUsage(command).match(/[<[](?!options)\S+(?= --)/g) ?? []
    const flags = help
      .visibleOptions(command)
      .map((option) => `${option.flags.replace(/^-\w, /, '')}  ${option.description}`)
    return [...takes, ...flags].map((rest) => `${command.name()} ${rest}`)
  })
  const text = `${lines.join('\n')}\n`
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, text)

  expect(readFileSync(path, 'utf8')).toBe(text)
})
