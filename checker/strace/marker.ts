import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** The prefix of a file name that no program looks for; it is followed by `what/fd/line`. */
export const MARKER = '/accept-loop-marker/'

/** The learner's file where compile.ts put it; stack traces name it because of source maps. */
const compiled = process.argv[1] ?? ''
const own = join(dirname(compiled), 'source', `${basename(compiled, '.mjs')}.ts`)

/**
 * Writes a marker into the trace: checking for a file that does not exist shows its name there, and
 * uses no descriptor.
 */
export function mark(what: string, fd: number | undefined, line: string): void {
  existsSync(`${MARKER}${what}/${fd ?? ''}/${line}`)
}

/**
 * The line of the learner's file that is on the stack, `server.ts:12`; empty if there is none, or
 * if `but` is on the stack too.
 */
export function lineOfCaller(but?: string): string {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 30
  const stack = new Error().stack ?? ''
  Error.stackTraceLimit = stackTraceLimit
  if (but !== undefined && stack.includes(but)) return ''
  for (const [, path = '', line = ''] of stack.matchAll(/([^\s(]+):(\d+):\d+\)?$/gm)) {
    if (path.replace('file://', '') === own) return `${basename(own)}:${line}`
  }
  return ''
}
