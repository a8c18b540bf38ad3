import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Exercise } from '../course/course.ts'
import type { Subject } from '../program/subject.ts'

/** One action in the traced conversation. */
export interface ScriptStep {
  /** alice or bob; if the learner writes the client: `server`, which we play, and `stdin`. */
  who: string
  does: Verb
  /** The bytes to send. */
  bytes?: Buffer
}

const VERBS = ['connects', 'accepts', 'sends', 'ends', 'resets'] as const
type Verb = (typeof VERBS)[number]

/** For exercises without a conversation of their own. */
const DEFAULTS: Readonly<Record<Subject, string>> = {
  server: 'alice connects\nalice sends "hello\\n"\nalice ends\n',
  client: 'server accepts\nserver sends "hello\\n"\nstdin sends "hi\\n"\nstdin ends\nserver ends\n',
}

/**
 * The conversation of an exercise, in `.hidden/conversation.txt`; the default one if it has none.
 * Throws if a line is not understood.
 */
export function readScript(exercise: Exercise): ScriptStep[] {
  const path = join(exercise.folder, '.hidden', 'conversation.txt')
  const text = existsSync(path) ? readFileSync(path, 'utf8') : undefined
  return parseScript(text ?? DEFAULTS[exercise.subject])
}

/**
 * One step per line: `alice connects`, `alice sends "get a\r\n"`, `alice ends` (FIN), `alice
 * resets` (RST). Strings may contain \n, \r, \t, \", \\ and \x00 to \xff. Empty lines and lines
 * that begin with # are skipped.
 */
export function parseScript(text: string): ScriptStep[] {
  return text.split('\n').flatMap((line, i) => {
    if (line.trim() === '' || line.startsWith('#')) return []
    const match = /^([a-z]+) ([a-z]+)(?: "((?:[^"\\]|\\.)*)")?$/.exec(line)
    const [, who = '', word, quoted] = match ?? []
    const does = VERBS.find((verb) => verb === word)
    if (!does || (does === 'sends') !== (quoted !== undefined)) {
      throw new Error(
        `line ${i + 1} of the conversation is not a step: ${line}. Steps are: NAME connects, accepts, sends "…", ends, resets.`,
      )
    }
    return [{ who, does, ...(quoted !== undefined && { bytes: toBytes(quoted) }) }]
  })
}

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t' }

function toBytes(quoted: string): Buffer {
  const parts = [...quoted.matchAll(/\\x([0-9a-f]{2})|\\(.)|[^\\]+/gi)].map(([whole, hex, letter]) => {
    if (hex) return Buffer.from([Number.parseInt(hex, 16)])
    return Buffer.from(letter ? (ESCAPES[letter] ?? letter) : whole)
  })
  return Buffer.concat(parts)
}
