import type { TestResult } from '../judge/verdict.ts'
import { harmless } from '../program/bytes.ts'
import { cut, paint, type View, wrap } from '../terminal/view.ts'

/** How many lines of a program's output are shown, and how many rows of one line. */
const MAX_LINES = 12
/** The same if a terminal has no room to spare. */
const MAX_FOLDED = 4
const MAX_ROWS = 4

/**
 * What the learner's program printed, with control characters spelled out and frames that are not
 * theirs left out.
 */
export function renderOutput(test: TestResult, view: View, subject = 'server'): string {
  // A client's stdout is in the conversation.
  const out = subject === 'client' ? [] : linesOf(test.stdout, 'out')
  const lines = [...out, ...linesOf(test.stderr, 'err')]
  if (lines.length === 0) return ''
  const most = view.rows === undefined ? MAX_LINES : MAX_FOLDED
  const left = lines.length - most
  const shown = left > 0 ? lines.slice(-most) : lines
  const more = left > 0 ? [`  ${paint(view, 'dim', `(${left} earlier lines)`)}`] : []
  return [...more, ...shown.map((line) => renderLine(line, view))].join('\n')
}

/**
 * A line that is too long continues below: how an error message ends matters as much as how it
 * begins.
 */
function renderLine({ stream, text }: Line, view: View): string {
  const room = view.width - 6
  const [lead = ''] = /^ {0,8}/.exec(text) ?? []
  const rows = text.length <= room ? [text] : wrap(text.slice(lead.length), room, lead).split('\n')
  const last = rows.slice(MAX_ROWS - 1).join(' ')
  const shown = [...rows.slice(0, MAX_ROWS - 1), ...(last === '' ? [] : [cut(last, room, view)])]
  return `  ${paint(view, 'dim', stream)} ${shown.join('\n      ')}`
}

interface Line {
  stream: 'out' | 'err'
  text: string
}

function linesOf(text: string, stream: Line['stream']): Line[] {
  if (text === '') return []
  return text
    .replace(/\n$/, '')
    .split('\n')
    .filter(isTheirs)
    .map((line) => ({ stream, text: harmless(line) }))
}

/** False for what Node adds to a stack trace: its own frames, its version, empty lines. */
export function isTheirs(line: string): boolean {
  if (/^\s+at .*(node:internal|node_modules)/.test(line) || /^Node\.js v\d/.test(line)) return false
  return line.trim() !== ''
}
