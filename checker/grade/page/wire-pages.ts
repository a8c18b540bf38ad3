import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findExercise, readHeading } from '../../course/course.ts'
import { writeWhole } from '../../files/whole-file.ts'
import type { Verdict } from '../../judge/verdict.ts'
import { wirePage } from '../../pages/wire.ts'
import { sha256 } from '../store/address.ts'
import type { GradeRecord } from '../store/record.ts'
import { minuteOf, shownRun } from './details.ts'

const FOLDER = 'wire'
/** Only files with such a name are ever removed. */
const PAGE = /^\d\d-[a-z0-9-]+-[0-9a-f]{16}\.html$/

/**
 * Writes the wire pages of what did not pass into `out`/wire, for the run that the panel shows, and
 * returns where each record's page is. A page is named by its content and not by a learner: it is
 * written once, and equal files share one. Pages that nothing links to any more are removed.
 */
export function writeWirePages(
  root: string,
  out: string,
  records: readonly GradeRecord[],
): ReadonlyMap<GradeRecord, string> {
  const folder = join(out, FOLDER)
  mkdirSync(folder, { recursive: true })
  const pages = new Map<GradeRecord, string>()
  for (const record of records) {
    const run = shownRun(record)
    if (!run || !hasConversation(run)) continue
    const name = `${record.exercise}-${sha256(JSON.stringify(run)).slice(0, 16)}.html`
    if (!existsSync(join(folder, name))) writeWhole(join(folder, name), pageOf(root, record, run))
    pages.set(record, `${FOLDER}/${name}`)
  }
  const wanted = new Set(pages.values())
  for (const name of readdirSync(folder)) {
    if (PAGE.test(name) && !wanted.has(`${FOLDER}/${name}`)) rmSync(join(folder, name))
  }
  return pages
}

/** True if a test that did not pass has kept what was on the wire. */
function hasConversation({ tests }: Verdict): boolean {
  return tests.some(({ verdict, conversation }) => verdict !== 'pass' && conversation.length > 0)
}

function pageOf(root: string, { exercise: name, gradedAt }: GradeRecord, run: Verdict): string {
  const exercise = findExercise(root, name)
  const known = 'near' in exercise ? undefined : exercise
  return wirePage(run, {
    title: known ? readHeading(known).title : name.slice(3),
    subject: known?.subject ?? 'server',
    checked: minuteOf(gradedAt),
  })
}
