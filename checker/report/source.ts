import { readFileSync } from 'node:fs'
import type { CompileError } from '../verdict.ts'
import { paint, type View } from './view.ts'

/** A file of the learner's: where it is, and as they know it. */
export interface LearnersFile {
  path: string
  shown: string
}

/** The line of the learner's file that the first of their stack frames names, with the line before it. */
export function renderCrash(stderr: string, file: LearnersFile, view: View): string {
  const line = lineIn(stderr, file.shown)
  return line === undefined ? '' : renderPlace({ ...file, line }, view)
}

/** A file that could not be compiled: the line, the one before it, and a caret. */
export function renderCompileError(error: CompileError, shown: string, view: View): string {
  const caret = `${' '.repeat(GUTTER + error.column)}${paint(view, 'red', '^')}`
  return `${renderPlace({ path: error.file, shown, line: error.line }, view)}\n${caret}`
}

const GUTTER = 9

/** The line (from 1) and the one before it. */
export function renderPlace(
  { path, shown: name, line }: LearnersFile & { line: number },
  view: View,
): string {
  const source = read(path)
  const shown = [line - 1, line].filter((number) => number >= 1 && source[number - 1] !== undefined)
  const rows = shown.map(
    (number) => `  ${`${number}`.padStart(5)}  ${(source[number - 1] ?? '').replaceAll('\t', ' ')}`,
  )
  return [`  ${paint(view, 'bold', `${name}:${line}`)}`, ...rows.map((row) => row.slice(0, view.width))].join(
    '\n',
  )
}

function lineIn(stderr: string, shown: string): number | undefined {
  for (const line of stderr.split('\n')) {
    const match = /^\s+at .*?([^\s(]+):(\d+):\d+\)?$/.exec(line)
    if (match?.[1]?.endsWith(shown) && match[2]) return Number(match[2])
  }
  return undefined
}

function read(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return []
  }
}
