import { readFileSync } from 'node:fs'
import { closest, distance } from 'fastest-levenshtein'
import { UsageError } from '../../errors/usage.ts'
import { GONE, LOOK_AT } from '../outputs/gradebook-csv.ts'
import { printable } from '../progress.ts'
import type { Learner } from '../store/record.ts'
import { decodeText } from './decode-text.ts'
import { KNOWN_COLUMNS, LAYOUTS, type RosterLayout, TERM_COLUMNS } from './roster-layouts.ts'
import { keyOf, readTable, refusal, type Table, type TableRow } from './roster-table.ts'
import { BadCell, type RosterSetting, readTerms } from './roster-terms.ts'

const OWN = ['id', 'name', 'email', 'url', ...TERM_COLUMNS]
const SHAPE = `It is CSV whose first line names the columns: ${OWN.join(',')}. Only id is needed. Exports of Canvas, Moodle and GitHub Classroom are read as they are`
/** Rows in Canvas's list that are not learners. */
const NOBODY = /Points Possible|^Student, Test$/i
/** The first bytes of a workbook, which is a zip. */
const WORKBOOK = 'PK\x03\x04'
/** A long name may have this many wrong letters; in a short one every letter counts. */
const MAX_TYPO = 2
const MIN_TYPED = 7

/**
 * Reads a roster: CSV with our columns, or as Canvas, Moodle, GitHub Classroom or Excel write it.
 * Throws a usage error that names line and column.
 */
export function readRoster(path: string, setting: RosterSetting): Learner[] {
  const table = readTable(path, textOf(path), KNOWN_COLUMNS)
  const columns = new Set(table.columns.map(keyOf))
  const layout = layoutOf(path, table, columns)
  const lines = new Map<string, number>()
  return table.rows.flatMap((row) => {
    const learner = toLearner(path, row, layout, setting)
    if (!learner) return []
    const first = lines.get(learner.id)
    if (first !== undefined)
      throw refusal(
        path,
        row.line,
        `the id "${learner.id}" is on line ${first} too. Give each learner their own`,
      )
    lines.set(learner.id, row.line)
    return [learner]
  })
}

function layoutOf(
  path: string,
  { line, columns: spelled }: Table,
  columns: ReadonlySet<string>,
): RosterLayout {
  const layout = LAYOUTS.find(({ signature, id }) => {
    return signature.every((name) => columns.has(name)) && id.some((name) => columns.has(name))
  })
  const keys = spelled.map(keyOf)
  const twice = OWN.find((name) => keys.indexOf(name) !== keys.lastIndexOf(name))
  if (twice !== undefined) throw refusal(path, line, `two columns are called "${twice}"`)
  for (const column of columns) {
    const near = closest(column, OWN)
    const typed = distance(column, near) <= (near.length < MIN_TYPED ? 1 : MAX_TYPO)
    if (!KNOWN_COLUMNS.has(column) && !columns.has(near) && typed)
      throw refusal(path, line, `the column "${column}" is not known. Did you mean "${near}"?`)
  }
  if (layout) return layout
  const there = spelled.map((name) => `"${name}"`).join(', ')
  throw refusal(path, line, `there is no column "id", but ${there}. ${SHAPE}`)
}

/**
 * Undefined if the row is not a learner's: Canvas lists its points and a test student, and our
 * gradebook lists who is gone.
 */
function toLearner(
  path: string,
  { line, cells }: TableRow,
  layout: RosterLayout,
  setting: RosterSetting,
): Learner | undefined {
  const cellOf = (column: string) => cells.get(column) ?? ''
  const first = (columns: readonly string[]) => columns.map(cellOf).find((cell) => cell !== '')
  const name = layout.name.map((parts) => parts.map(cellOf).join(' ').trim()).find((text) => text !== '')
  const id = first(layout.id)
  if (layout.system === 'Canvas' && (NOBODY.test(name ?? '') || (id === undefined && name === undefined)))
    return undefined
  if (id === undefined) throw refusal(path, line, `there is no id`, layout.id[0])
  if (cellOf(LOOK_AT).startsWith(GONE)) return undefined
  const [email, url] = [first(layout.email), first(layout.url)]
  const branch = cellOf('branch')
  if (branch !== '' && url === undefined)
    throw refusal(path, line, 'a branch is of a repository, and there is no url in this row', 'branch')
  const aliases = [...new Set(layout.aliases.map((column) => bare(cellOf(column))))]
  const others = aliases.filter((alias) => alias !== '' && alias !== id)
  return {
    id,
    ...(name !== undefined && { name }),
    ...(email !== undefined && { email }),
    ...(url !== undefined && { url }),
    ...(branch !== '' && { branch }),
    ...(others.length > 0 && { aliases: others }),
    ...termsIn(path, line, cellOf, setting),
  }
}

function termsIn(path: string, line: number, cellOf: (column: string) => string, setting: RosterSetting) {
  try {
    return readTerms(cellOf, setting)
  } catch (error) {
    if (error instanceof BadCell) throw refusal(path, line, error.message, error.column)
    throw error
  }
}

/** Moodle's grading worksheet says `Participant 123` for what its downloads call 123. */
function bare(alias: string): string {
  return alias.replace(/^Participant (?=\d+$)/, '')
}

function textOf(path: string): string {
  try {
    const bytes = readFileSync(path)
    if (bytes.toString('latin1', 0, WORKBOOK.length) !== WORKBOOK) return decodeText(bytes)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : code
    throw new UsageError(printable(`The roster ${path} cannot be read: ${why}. ${SHAPE}.`))
  }
  throw new UsageError(printable(`The roster ${path} is a workbook. Save it as CSV (in Excel: CSV UTF-8).`))
}
