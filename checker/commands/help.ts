import { type Command, Help, type OutputConfiguration } from 'commander'
import { renderCommand } from '../report/command.ts'
import { fitted } from '../terminal/fitted.ts'
import { beside, viewOf, wrap } from '../terminal/view.ts'

/** Columns needed to put a name and its description side by side. */
const SIDE_BY_SIDE = 66

/** The layout of a command's --help; in a narrow terminal, each description is below its name. */
export const layout: Partial<Help> = {
  formatItem(this: Help, term, termWidth, description, help) {
    const width = help.helpWidth ?? SIDE_BY_SIDE
    if (width >= SIDE_BY_SIDE) return Help.prototype.formatItem.call(help, term, termWidth, description, help)
    return [`  ${term}`, ...(description ? [wrap(description, width, '      ')] : [])].join('\n')
  },
  // npm takes flags before `--` as its own.
  commandUsage: (command) => (command.parent ? `npm run ${nameOf(command)} -- [options]` : 'npm run COMMAND'),
  subcommandTerm: nameOf,
}

/** Writes help and errors, wrapped to the terminal's width. */
export const output: OutputConfiguration = {
  getOutHelpWidth: () => viewOf(process.stdout, process.env).width,
  writeOut: (text) => process.stdout.write(fittedHelp(text, viewOf(process.stdout, process.env).width)),
  // Used for errors and for the text after them.
  writeErr: (text) => process.stderr.write(fitted(text)),
}

/** Wraps the lines of a help text that are too long, such as its examples. */
export function fittedHelp(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => (line.length > width ? fittedLine(line, width) : line))
    .join('\n')
}

/** An example, followed by what it does. */
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
