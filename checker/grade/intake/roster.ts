import { readFileSync } from 'node:fs'
import Papa from 'papaparse'
import { UsageError } from '../../errors/usage.ts'
import type { Learner } from '../store/record.ts'

/** Reads a roster: CSV with the columns id, name, email and url, of which only id has to be there. */
export function readRoster(path: string): Learner[] {
  const { data, errors, meta } = Papa.parse<Record<string, string | undefined>>(textOf(path), {
    header: true,
    skipEmptyLines: 'greedy',
    transformHeader: (name) => name.trim().toLowerCase(),
  })
  const broken = errors.find((error) => error.type === 'Quotes')
  if (broken) throw new UsageError(`${path}: row ${(broken.row ?? 0) + 1} cannot be read: ${broken.message}.`)
  if (!meta.fields?.includes('id')) {
    throw new UsageError(`${path} has no column "id". Its first line names the columns: id,name,email,url`)
  }
  const learners = data.map((row, i) => toLearner(row, `${path}: row ${i + 2}`))
  const seen = new Set<string>()
  for (const { id } of learners) {
    if (seen.has(id))
      throw new UsageError(`${path} has two rows with the id "${id}". Give each learner their own.`)
    seen.add(id)
  }
  return learners
}

function toLearner(row: Record<string, string | undefined>, where: string): Learner {
  const of = (column: string) => row[column]?.trim() || undefined
  const [id, name, email, url] = ['id', 'name', 'email', 'url'].map(of)
  if (id === undefined) throw new UsageError(`${where} has no id.`)
  return { id, ...(name && { name }), ...(email && { email }), ...(url && { url }) }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : code
    throw new UsageError(
      `The roster ${path} cannot be read: ${why}. It is CSV whose first line is id,name,email,url`,
    )
  }
}
