import { distance } from 'fastest-levenshtein'
import { UsageError } from '../errors/usage.ts'
import type { Subject } from '../program/subject.ts'
import { wrap } from '../terminal/view.ts'

/** What a typed line asks for: a command, and what follows its name. */
export interface Asked {
  command: CommandName
  rest: string
}

interface Command {
  /** What follows the name. */
  takes?: string
  does: string
  /** Set if the command exists only for learners who write this kind of program. */
  of?: Subject
  /** The key that does the same: `Ctrl-D`. */
  key?: string
}

const COMMANDS = {
  send: { takes: 'TEXT', does: 'send TEXT without a line ending' },
  bytes: { takes: '00 0A FF', does: 'send these bytes' },
  end: { does: 'half-close: send FIN, go on receiving', key: 'Ctrl-D' },
  reset: { does: 'break the connection off: RST', key: 'Ctrl-R' },
  connect: { does: 'connect anew', of: 'server' },
  client: { takes: 'NAME', does: 'become another client: bob, or any name', of: 'server' },
  type: { takes: 'TEXT', does: "type a line to your client's stdin", of: 'client' },
  eof: { does: "end your client's stdin", of: 'client' },
  restart: { does: 'end your program and start it again' },
  crlf: { does: 'end typed lines in CR LF from now on, or in LF again' },
  hex: { does: 'show bytes in hex from now on, or as text again', key: 'Ctrl-T' },
  help: { does: 'this list' },
  quit: { does: 'end all', key: 'Ctrl-C' },
} satisfies Record<string, Command>

export type CommandName = keyof typeof COMMANDS

const NAME_COLUMNS = 18

/** What the line asks for. `//x` is the text `/x`. */
export function parseLine(line: string, subject: Subject): Asked | { text: string } {
  if (!line.startsWith('/') || line.startsWith('//')) return { text: line.replace(/^\/\//, '/') }
  const [, name = '', rest = ''] = /^\/(\S*) ?(.*)$/s.exec(line) ?? []
  const names = namesFor(subject)
  const command = names.find((each) => each === name.toLowerCase())
  if (command) return { command, rest }
  const [near] = names
    .filter((each) => distance(each, name) <= 2)
    .toSorted((a, b) => likeness(a, name) - likeness(b, name))
  const next = near ? `Did you mean /${near}?` : '/help lists the commands.'
  throw new UsageError(`There is no command /${name}. ${next} Type //${name} to send it as text.`)
}

/** How far a name is from what was typed: the same letters in another order are nearest. */
function likeness(name: string, typed: string): number {
  const letters = (word: string) => [...word.toLowerCase()].sort().join('')
  return letters(name) === letters(typed) ? 0 : distance(name, typed)
}

/** The commands that begin with the typed letters, for the Tab key. */
export function complete(line: string, subject: Subject): string[] {
  return namesFor(subject)
    .map((name) => `/${name}`)
    .filter((name) => line.startsWith('/') && name.startsWith(line))
}

/** The help: everything that can be typed. */
export function helpText(
  subject: Subject,
  width: number,
  lines: readonly (readonly [line: string, does: string])[] = [],
): string {
  const indent = ' '.repeat(NAME_COLUMNS + 2)
  const row = (head: string, does: string) =>
    `  ${head.padEnd(NAME_COLUMNS)}${wrap(does, width, indent).slice(head.length < NAME_COLUMNS ? indent.length : 0)}`
  const rows = namesFor(subject).map((name) => {
    const { takes, does, key }: Command = COMMANDS[name]
    return row(`/${name}${takes ? ` ${takes}` : ''}`, key ? `${does} (${key})` : does)
  })
  if (lines.length > 0) {
    const intro = `Lines are written as messages of the exercise, and sent to your ${subject}:`
    return [wrap(intro, width), ...lines.map(([line, does]) => row(line, does)), '', ...rows].join('\n')
  }
  const line = `Any other line is sent to your ${subject}, with an LF after it.`
  const escapes =
    'In a line, \\r \\n \\t \\0 \\x80 \\u20ac stand for what cannot be typed, and \\\\ for one backslash.'
  return [wrap(line, width), wrap(escapes, width), '', ...rows].join('\n')
}

function namesFor(subject: Subject): CommandName[] {
  return (Object.keys(COMMANDS) as CommandName[]).filter((name) => {
    const { of }: Command = COMMANDS[name]
    return of === undefined || of === subject
  })
}
