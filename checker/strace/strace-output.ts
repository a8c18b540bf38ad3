import type { Call } from './call.ts'

/** How a process of the program ended, according to strace. */
export interface TracedEnd {
  pid: number
  at: number
  /** `exited with 1`, `killed by SIGTERM`. */
  text: string
}

/** strace's output: the calls in the order in which they returned, and how processes ended. */
export interface StraceOutput {
  calls: Call[]
  endings: TracedEnd[]
}

/** A line of `strace -f -ttt`: pid, seconds since the epoch, the rest. */
const LINE = /^(?:\[pid +)?(\d+)\]? +(\d+\.\d+) (.*)$/s
const UNFINISHED = / *<unfinished \.\.\.>$/
const RESUMED = /^<\.\.\. (\w+) resumed>/

/**
 * Reads the output of `strace -f -ttt -T -yy -o FILE`. If several threads run, a call that another
 * one interrupts is in two pieces, "unfinished" and "resumed", which are joined. Anything that is
 * neither a call nor an end is skipped, including a last line that was cut off.
 */
export function parseStrace(text: string): StraceOutput {
  const calls: Call[] = []
  const endings: TracedEnd[] = []
  const pending = new Map<number, { at: number; text: string }>()
  for (const line of text.split('\n')) {
    const match = LINE.exec(line)
    if (!match) continue
    const pid = Number(match[1])
    const at = Number(match[2]) * 1000
    const rest = match[3] ?? ''
    const ending = /^\+\+\+ (.+) \+\+\+$/.exec(rest)?.[1]
    const resumed = RESUMED.exec(rest)
    const first = pending.get(pid)
    if (ending !== undefined) {
      endings.push({ pid, at, text: ending })
    } else if (UNFINISHED.test(rest)) {
      pending.set(pid, { at, text: rest.replace(UNFINISHED, '') })
    } else if (resumed) {
      pending.delete(pid)
      const whole = (first?.text ?? '') + rest.slice(resumed[0].length)
      addCall(calls, pid, first?.at ?? at, whole)
    } else {
      addCall(calls, pid, at, rest)
    }
  }
  // Calls that were asleep when the program was killed never returned.
  for (const [pid, { at, text: begun }] of pending) addCall(calls, pid, at, `${begun}) = ?`)
  return { calls: calls.sort((a, b) => (a.returned ?? Infinity) - (b.returned ?? Infinity)), endings }
}

/** `name(args) = result ERROR (words) <seconds>`. */
const CALL = /^(\w+)\((.*)\) += (\?|-?\w+(?:<.*?>)?)(?: (E[A-Z0-9]+))?(?: \(.*\))?(?: <(\d+\.\d+)>)?$/s

function addCall(calls: Call[], pid: number, began: number, text: string): void {
  const match = CALL.exec(text)
  if (!match) return
  const [, name = '', args = '', result = '', error, seconds] = match
  const call: Call = { pid, began, name, args: splitArguments(args), result }
  if (seconds !== undefined && result !== '?') call.returned = began + Number(seconds) * 1000
  if (error !== undefined) call.error = error
  calls.push(call)
}

const CLOSES: Record<string, string> = { '(': ')', '[': ']', '{': '}', '<': '>' }

/** Splits at commas outside strings and brackets. */
export function splitArguments(text: string): string[] {
  const args: string[] = []
  const open: string[] = []
  let from = 0
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i] ?? ''
    if (character === '"') i = endOfString(text, i)
    // The arrow between the two ends of a connection does not close a bracket.
    else if (character === '-' && text[i + 1] === '>') i += 1
    else if (CLOSES[character]) open.push(CLOSES[character])
    else if (character === open.at(-1)) open.pop()
    else if (character === ',' && open.length === 0) {
      args.push(text.slice(from, i).trim())
      from = i + 1
    }
  }
  const last = text.slice(from).trim()
  return last === '' && args.length === 0 ? [] : [...args, last]
}

function endOfString(text: string, start: number): number {
  let i = start + 1
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1
  return i
}
