import Papa from 'papaparse'
import { UsageError } from '../../errors/usage.ts'
import { printable } from '../progress.ts'

const DELIMITERS = [',', ';', '\t', '|']
const DELIMITER_LINE = /^sep=(.)\r?\n/i

/**
 * A row of a table: the line on which it begins, from 1, and its cells by the column's name in
 * lower case.
 */
export interface TableRow {
  line: number
  cells: ReadonlyMap<string, string>
}

/**
 * A table as a person or another system wrote it: its columns as they are spelled, and the rows
 * that are not empty.
 */
export interface Table {
  /** The line that names the columns. */
  line: number
  columns: readonly string[]
  rows: readonly TableRow[]
}

/**
 * Reads CSV with commas, semicolons, tabs or bars, whichever gives the most columns of `known`.
 * Throws a usage error that names the line.
 */
export function readTable(path: string, text: string, known: ReadonlySet<string>): Table {
  const told = DELIMITER_LINE.exec(text)
  const body = told ? text.slice(told[0].length) : text
  const before = told ? 1 : 0
  const { data, errors } = Papa.parse<string[]>(body, { delimiter: told?.[1] ?? delimiterOf(body, known) })
  const [broken] = errors.filter(({ type }) => type === 'Quotes')
  if (broken) throw refusal(path, before + linesIn(body.slice(0, broken.index ?? 0)) + 1, broken.message)
  const rows = withLines(data, before + 1).filter(({ cells }) => cells.some((cell) => cell !== ''))
  const [head, ...others] = rows
  if (!head) throw refusal(path, 1, 'the file is empty')
  const columns = head.cells
  const keys = columns.map(keyOf)
  return {
    line: head.line,
    columns,
    rows: others.map(({ line, cells }) => {
      if (cells.slice(columns.length).some((cell) => cell !== ''))
        throw refusal(
          path,
          line,
          `${cells.length} cells, but ${columns.length} columns. Put a text with a comma in quotes`,
        )
      return {
        line,
        cells: new Map(keys.map((key, i) => [key, cells[i] ?? '']).reverse() as [string, string][]),
      }
    }),
  }
}

/**
 * A usage error for a line of a file, and perhaps a column. Text from the file is made safe for a
 * terminal.
 */
export function refusal(path: string, line: number, why: string, column?: string): UsageError {
  const where = column === undefined ? '' : `column "${column}": `
  return new UsageError(printable(`${path}:${line}: ${where}${why.replace(/\.$/, '')}.`))
}

/** The form in which a column's name is looked up. */
export function keyOf(column: string): string {
  return column.normalize('NFC').trim().toLowerCase().replace(/\s+/g, ' ')
}

function delimiterOf(text: string, known: ReadonlySet<string>): string {
  const columns = (delimiter: string) => {
    const { data } = Papa.parse<string[]>(text, { delimiter, preview: 1, skipEmptyLines: 'greedy' })
    return (data[0] ?? []).filter((column) => known.has(keyOf(column))).length
  }
  const counts = DELIMITERS.map((delimiter) => ({ delimiter, count: columns(delimiter) }))
  return counts.sort((a, b) => b.count - a.count)[0]?.delimiter ?? ','
}

function withLines(data: readonly string[][], first: number): { line: number; cells: string[] }[] {
  let line = first
  return data.map((row) => {
    const at = line
    line += 1 + row.reduce((sum, cell) => sum + linesIn(cell), 0)
    return { line: at, cells: row.map((cell) => cell.trim()) }
  })
}

function linesIn(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0
}
