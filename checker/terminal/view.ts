import { styleText } from 'node:util'
import measure from 'fast-string-truncated-width'
import { wrapAnsi } from 'fast-wrap-ansi'

/** How a report is shown: everything that depends on the terminal. */
export interface View {
  /** Columns, from 40 up. */
  width: number
  color: boolean
  /** Arrows and marks beyond ASCII. */
  unicode: boolean
  /**
   * Rows of a terminal, if long parts should be folded to fit; absent if nothing may be left out.
   */
  rows?: number
}

type Style = Parameters<typeof styleText>[0]

const WIDEST = 78
const NARROWEST = 40

/** The view of a stream: plain for pipes, NO_COLOR, TERM=dumb and --plain. */
export function viewOf(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv, plain = false): View {
  const dumb = plain || !stream.isTTY || env.TERM === 'dumb'
  const noColor = env.NO_COLOR !== undefined && env.NO_COLOR !== ''
  const columns = stream.columns || Number(env.COLUMNS) || WIDEST
  return {
    width: Math.max(NARROWEST, Math.min(WIDEST, columns)),
    color: !dumb && !noColor,
    unicode: !dumb,
    ...(!dumb && stream.rows > 0 && { rows: stream.rows }),
  }
}

/** Text in a style, if the view has colour. */
export function paint(view: View, style: Style, text: string): string {
  return view.color ? styleText(style, text, { validateStream: false }) : text
}

/** The word or sign of a state; never colour alone. */
export function mark(view: View, verdict: 'pass' | 'fail' | 'error' | 'skipped'): string {
  const signs = { pass: '✓', fail: '✗', error: '!', skipped: '–' }
  const words = { pass: 'ok   ', fail: 'FAIL ', error: 'ERROR', skipped: 'skip ' }
  const styles = { pass: 'green', fail: 'red', error: 'yellow', skipped: 'dim' } as const
  return paint(view, styles[verdict], view.unicode ? signs[verdict] : words[verdict])
}

/**
 * Breaks text into lines at spaces, but never inside a command, which is there to be copied. A word
 * longer than a line is cut, after one of its signs if it has any.
 */
export function wrap(text: string, width: number, indent = ''): string {
  const room = Math.max(1, width - indent.length)
  return wrapWords(holdCommands(text, room), room, indent).replaceAll(HELD, ' ')
}

/** A space at which a line must not be broken. */
const HELD = '\uE000'
/** A command of ours in a sentence: up to its number, or the flags after it with their values. */
const COMMAND =
  /\bnpm (?:ci|start|test|run(?: -s)? [\w:]+)(?: \d\d)?(?:(?: --)?(?: --[a-z-]+(?: (?:"[^"]*"|'[^']*'|\d+|[A-Z]+\b|solutions))?)+)?/g

function holdCommands(text: string, room: number): string {
  return text.replace(COMMAND, (command) => (command.length > room ? command : command.replaceAll(' ', HELD)))
}

function wrapWords(text: string, room: number, indent: string): string {
  const short = text.split('\n').map((paragraph) => cutLongWords(paragraph, room))
  const lines = wrapAnsi(short.join('\n'), room, { hard: true }).split('\n')
  return lines.map((line) => (line === '' ? '' : indent + line)).join('\n')
}

/**
 * Text after a lead; what does not fit continues on the next line, aligned with the start of the
 * text.
 */
export function beside(lead: string, text: string, width: number): string {
  const columns = columnsOf(lead)
  if (columns + columnsOf(text) <= width) return lead + text
  return lead + wrap(text, width, ' '.repeat(columns)).slice(columns)
}

/** Puts each part of a word that is longer than a line on a line of its own. */
function cutLongWords(paragraph: string, room: number): string {
  const words = paragraph.split(' ').map((word) => {
    const parts: string[] = []
    let rest = word
    // A word with colours in it is left to wrapAnsi, which knows where it may be cut.
    while (!word.includes('\x1b') && columnsOf(rest) > room) {
      const part = firstPart(rest, room)
      parts.push(part)
      rest = rest.slice(part.length)
    }
    return { isLong: parts.length > 0, text: [...parts, rest].join('\n') }
  })
  return words.map(({ isLong, text }, i) => (i === 0 ? '' : isLong ? '\n' : ' ') + text).join('')
}

/** Names, paths, addresses and flags such as `A|B` have signs after which a reader pauses. */
function firstPart(word: string, room: number): string {
  const part = word.slice(0, fitting(word, room))
  const whole = /^.+[/|,:=?&\]-]/.exec(part)?.[0] ?? ''
  return whole.length >= room / 2 ? whole : part
}

/** Text cut to a width, with a sign that it was cut. */
export function cut(text: string, width: number, view: View): string {
  if (columnsOf(text) <= width) return text
  const sign = view.unicode ? '…' : '...'
  return text.slice(0, fitting(text, width - sign.length)) + sign
}

/** Columns that a text takes: none for colours, two for a wide character. */
function columnsOf(text: string): number {
  return measure(text).width
}

/**
 * How much of a text fits into this many columns; there must be room for at least one character.
 */
function fitting(text: string, columns: number): number {
  return Math.max(1, measure(text, { limit: Math.max(2, columns) }).index)
}
