import { type Command, Help, type OutputConfiguration } from 'commander'
import { renderCommand } from '../report/command.ts'
import { fitted } from '../terminal/fitted.ts'
import { beside, viewOf, wrap } from '../terminal/view.ts'

/** Columns that a name and its description need beside each other. */
const SIDE_BY_SIDE = 66

/**
 * What --help of a command looks like; where the terminal is narrow, what a name means stands below
 * it.
 */
export const layout: Partial<Help> = {
  formatItem(this: Help, term, termWidth, description, help) {
    const width = help.helpWidth ?? SIDE_BY_SIDE
    if (width >= SIDE_BY_SIDE) return Help.prototype.formatItem.call(help, term, termWidth, description, help)
    return [`  ${term}`, ...(description ? [wrap(description, width, '      ')] : [])].join('\n')
  },
  // npm takes flags for its own that do not stand after `--`.
  commandUsage: (command) => (command.parent ? `npm run ${nameOf(command)} -- [options]` : 'npm run COMMAND'),
  subcommandTerm: nameOf,
}

/** Where help and errors are written: they fit the terminal. */
export const output: OutputConfiguration = {
  getOutHelpWidth: () => viewOf(process.stdout, process.env).width,
  writeOut: (text) => process.stdout.write(fittedHelp(text, viewOf(process.stdout, process.env).width)),
  // What stands after an error, as well as the error.
  writeErr: (text) => process.stderr.write(fitted(text)),
}

/** The lines of a help that are too long, such as its examples, in lines that are not. */
export function fittedHelp(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => (line.length > width ? fittedLine(line, width) : line))
    .join('\n')
}

/** An example, and after it what it shows. */
const EXAMPLE = /^ {2}(npm .*?)(?: {2,}(.*))?$/

function fittedLine(line: string, width: number): string {
  const [, example, remark] = EXAMPLE.exec(line) ?? []
  if (example !== undefined) return renderCommand(example, width, remark)
  const [lead = ''] = /^Usage: |^ */.exec(line) ?? []
  return beside(lead, line.slice(lead.length), width)
}

function nameOf(command: Command): string {
  const words = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`
    return argument.required ? `<${name}>` : `[${name}]`
  })
  return [command.name(), ...words].join(' ')
}
