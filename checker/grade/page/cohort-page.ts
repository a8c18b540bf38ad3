import { join } from 'node:path'
import { writeWhole } from '../../files/whole-file.ts'
import { commonFailures } from '../outputs/common-failures.ts'
import { type Grades, recordsIn } from '../outputs/grades.ts'
import { gradebookPage } from './gradebook-page.ts'
import { writeSourcePages } from './source-pages.ts'
import { writeWirePages } from './wire-pages.ts'

/**
 * Writes `gradebook.html` into `out`, and beside it the pages that its cells link to. The
 * exercises' names come from the lessons below `root`.
 */
export function writeCohortPage(
  root: string,
  out: string,
  { exercises, rows, policy, unplaced }: Grades,
): void {
  const records = rows.flatMap(recordsIn)
  const pages = writeWirePages(root, out, records)
  const attempts = rows.flatMap(({ score }) =>
    score.cells.flatMap(({ record, history }) => history ?? record ?? []),
  )
  const sources = writeSourcePages(out, attempts)
  const page = gradebookPage({
    learners: rows.map(({ learner }) => learner),
    exercises,
    policy,
    unplaced,
    scores: rows.map(({ score }) => score),
    failures: commonFailures(records),
    wireOf: (record) => pages.get(record),
    sourceOf: (record) => sources.get(record),
    feedback: rows.map(({ fileName }) => `feedback/${encodeURIComponent(fileName)}.txt`),
  })
  writeWhole(join(out, 'gradebook.html'), page)
}
