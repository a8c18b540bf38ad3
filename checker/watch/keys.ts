import { wrap } from '../report/view.ts'

/** What a key asks for. */
export type Action =
  | 'next'
  | 'run'
  | 'hint'
  | 'list'
  | 'solution'
  | 'diff'
  | 'wire'
  | 'editor'
  | 'reset'
  | 'help'
  | 'quit'

/** The keys, in the order of the line at the bottom: what each is called there, and what it does. */
const KEYS: Record<string, { action: Action; name: string; does: string }> = {
  n: { action: 'next', name: 'next', does: 'go on to the next exercise' },
  r: { action: 'run', name: 'run', does: 'check again, and close what is open' },
  h: { action: 'hint', name: 'hint', does: 'the next hint for the first test that fails' },
  l: { action: 'list', name: 'list', does: 'the course, and where you are' },
  s: { action: 'solution', name: 'solution', does: 'the reference' },
  d: { action: 'diff', name: 'diff', does: 'your file against the reference' },
  w: { action: 'wire', name: 'wire', does: 'the last check as a page in the browser' },
  e: { action: 'editor', name: 'editor', does: 'open your file in $VISUAL or $EDITOR' },
  x: { action: 'reset', name: 'reset', does: 'put the stub back; your file is kept' },
  '?': { action: 'help', name: 'keys', does: 'this list' },
  q: { action: 'quit', name: 'quit', does: 'end' },
}

export const CTRL_C = '\x03'

/** What the key asks for; undefined for one that asks for nothing. */
export function actionOf(key: string): Action | undefined {
  return Object.hasOwn(KEYS, key) ? KEYS[key]?.action : undefined
}

/** The line at the bottom, broken between keys where it is too long. */
export function keyLine(width: number): string {
  const bound = Object.entries(KEYS).map(([key, { name }]) => `${key}\u00a0${name}`)
  return wrap(bound.join('\u00a0 '), width).replaceAll('\u00a0', ' ')
}

/** What each key does. */
export function keyHelp(): string {
  const rows = Object.entries(KEYS).map(([key, { does }]) => `  ${key}  ${does}`)
  return ['Keys', ...rows, '  Ctrl-C  end, at any time'].join('\n')
}
