import { wrap } from '../terminal/view.ts'

/** What a key asks for. */
export type Action =
  | 'next'
  | 'run'
  | 'hint'
  | 'list'
  | 'solution'
  | 'diff'
  | 'wire'
  | 'lesson'
  | 'play'
  | 'syscalls'
  | 'editor'
  | 'reset'
  | 'help'
  | 'quit'

/**
 * The keys, in the order of the line at the bottom: the name shown there, and what the key does.
 */
const KEYS: Record<string, { action: Action; name: string; does: string }> = {
  n: { action: 'next', name: 'next', does: 'go on to the next exercise' },
  r: { action: 'run', name: 'run', does: 'check again, and close any open panel' },
  h: { action: 'hint', name: 'hint', does: 'the next hint for the first test that fails' },
  o: { action: 'lesson', name: 'lesson', does: 'open the lesson' },
  e: { action: 'editor', name: 'editor', does: 'open your file in $VISUAL or $EDITOR' },
  p: { action: 'play', name: 'play', does: 'talk to your program yourself' },
  w: { action: 'wire', name: 'wire', does: 'the last check as a page in the browser' },
  y: { action: 'syscalls', name: 'syscalls', does: 'the system calls that your program makes' },
  l: { action: 'list', name: 'list', does: 'the course, and your progress' },
  d: { action: 'diff', name: 'diff', does: 'compare your file with the reference' },
  s: { action: 'solution', name: 'solution', does: 'the reference' },
  x: { action: 'reset', name: 'reset', does: 'put the stub back; your file is kept' },
  '?': { action: 'help', name: 'keys', does: 'this list' },
  q: { action: 'quit', name: 'quit', does: 'end' },
}

const ANY_TIME = [
  ['Ctrl-C', 'quit, at any time'],
  ['Ctrl-Z', 'suspend; fg resumes'],
] as const

/** Room for the name of a key and the gap after it. */
const KEY_COLUMNS = 8

export const CTRL_C = '\x03'
export const CTRL_Z = '\x1a'

/** What the key asks for; undefined if it asks for nothing. */
export function actionOf(key: string): Action | undefined {
  return Object.hasOwn(KEYS, key) ? KEYS[key]?.action : undefined
}

/** True for what is done at once even while a check runs; every other key is ignored then. */
export function isTakenWhileChecking(action: Action | undefined): action is 'help' | 'quit' {
  return action === 'help' || action === 'quit'
}

/**
 * The line at the bottom, with the keys that work now; if it is too long, it breaks between keys.
 */
export function keyLine(width: number, isTaken: (action: Action) => boolean = () => true): string {
  const bound = Object.entries(KEYS)
    .filter(([, { action }]) => isTaken(action))
    .map(([key, { name }]) => `${key}\u00a0${name}`)
  return wrap(bound.join('\u00a0 '), width).replaceAll('\u00a0', ' ').replace(/ +$/gm, '')
}

/** What each key does. */
export function keyHelp(width: number): string {
  const rows = Object.entries(KEYS).map(([key, { does }]) => [key, does] as const)
  const explain = ([key, does]: readonly [string, string]) =>
    `  ${key.padEnd(KEY_COLUMNS)}${wrap(does, width, ' '.repeat(KEY_COLUMNS + 2)).trimStart()}`
  return ['Keys', ...[...rows, ...ANY_TIME].map(explain)].join('\n')
}
