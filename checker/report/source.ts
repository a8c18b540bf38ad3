import { readFileSync } from 'node:fs'
import type { CompileError } from '../judge/verdict.ts'
import { paint, type View } from '../terminal/view.ts'

/** A file of the learner's: where it is, and the path that they know. */
export interface LearnersFile {
  path: string
  shown: string
}

/**
 * The line of the learner's file that the first of their stack frames names, with the line before
 * it.
 */
export function renderCrash(stderr: string, file: LearnersFile, view: View): string {
  const line = lineIn(stderr, file.shown)
  return line === undefined ? '' : renderPlace({ ...file, line }, view)
}

/** A file that could not be compiled: the line, the one before it, and a caret. */
export function renderCompileError(error: CompileError, shown: string, view: View): string {
  // The compiler counts bytes.
  const column = Buffer.from(error.text).subarray(0, error.column).toString().length
  const from = Math.max(0, column - (view.width - GUTTER - BEHIND_CARET))
  const caret = `${' '.repeat(GUTTER + column - from)}${paint(view, 'red', '^')}`
  return `${renderPlace({ path: error.file, shown, line: error.line }, view, from)}\n${caret}`
}

const GUTTER = 9
/** How many columns are shown from the caret on if the line is too long to be shown whole. */
const BEHIND_CARET = 10

/** The line (from 1) and the one before it, both without their first `from` columns. */
export function renderPlace(
  { path, shown: name, line }: LearnersFile & { line: number },
  view: View,
  from = 0,
): string {
  const source = read(path)
  const shown = [line - 1, line].filter((number) => number >= 1 && source[number - 1] !== undefined)
  const rows = shown.map(
    (number) => `  ${`${number}`.padStart(5)}  ${oneColumnEach(source[number - 1] ?? '').slice(from)}`,
  )
  return [`  ${paint(view, 'bold', `${name}:${line}`)}`, ...rows.map((row) => row.slice(0, view.width))].join(
    '\n',
  )
}

/**
 * Nothing that a terminal would obey, and exactly one column per character: a caret stands below.
 */
function oneColumnEach(line: string): string {
  return line.replaceAll('\t', ' ').replaceAll(/[\p{Cc}\p{Cf}]/gu, '.')
}

function lineIn(stderr: string, shown: string): number | undefined {
  for (const line of stderr.split('\n')) {
    const [place, number] = /:(\d{1,9}):\d{1,9}\)?$/.exec(line) ?? []
    if (place === undefined || !/^\s+at /.test(line)) continue
    if (line.slice(0, -place.length).endsWith(shown)) return Number(number)
  }
  return undefined
}

function read(file: string): string[] {
  try {
    return readFileSync(file, 'utf8')
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/)
  } catch {
    return []
  }
}
