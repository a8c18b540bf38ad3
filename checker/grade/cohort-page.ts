import { join } from 'node:path'
import { gradebookPage } from '../pages/cohort/gradebook-page.ts'
import { type Grades, recordsIn } from './grades.ts'
import { mistakesOfCohort } from './mistakes-of-cohort.ts'
import { writeWhole } from './whole-file.ts'
import { writeWirePages } from './wire-pages.ts'

/** Writes `gradebook.html` into `out`, and beside it the pages that its cells lead to. The lessons below `root` name the exercises. */
export function writeCohortPage(root: string, out: string, { exercises, rows }: Grades): void {
  const records = rows.flatMap(recordsIn)
  const pages = writeWirePages(root, out, records)
  const page = gradebookPage({
    learners: rows.map(({ learner }) => learner),
    exercises,
    scores: rows.map(({ score }) => score),
    mistakes: mistakesOfCohort(records),
    wireOf: (record) => pages.get(record),
  })
  writeWhole(join(out, 'gradebook.html'), page)
}
