import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from '../../files/whole-file.ts'
import { writeCohortPage } from '../page/cohort-page.ts'
import { renderCanvas } from './canvas.ts'
import { renderFeedback } from './feedback.ts'
import { renderGradebookCsv } from './gradebook-csv.ts'
import type { Grades, GradesRow } from './grades.ts'
import { renderGradescope } from './gradescope.ts'
import { renderJunit } from './junit.ts'
import { renderMoodle } from './moodle.ts'
import { renderResults } from './results.ts'
import type { Policy } from './scores.ts'

/** Files with everyone in them. results.json comes last: it says which learners have files. */
const FILES: Readonly<Record<string, (grades: Grades) => string>> = {
  'gradebook.csv': renderGradebookCsv,
  'gradebook-canvas.csv': renderCanvas,
  'gradebook-moodle.csv': renderMoodle,
  'junit.xml': renderJunit,
  'results.json': renderResults,
}

/** Folders with one file per learner, and the ending of those files. */
const FOLDERS: Readonly<
  Record<string, { ending: string; render: (row: GradesRow, policy: Policy) => string }>
> = {
  feedback: { ending: '.txt', render: renderFeedback },
  gradescope: { ending: '.json', render: renderGradescope },
}

/**
 * Writes everything that a facilitator takes away into the folder `out`; the course is below
 * `root`. Text from submissions is untrusted.
 */
export async function writeGradebook(out: string, grades: Grades, root: string): Promise<void> {
  const present = new Set(grades.rows.map(({ fileName }) => fileName))
  const gone = earlierFileNames(out).filter((name) => !present.has(name))
  for (const [folder, { ending, render }] of Object.entries(FOLDERS)) {
    mkdirSync(join(out, folder), { recursive: true })
    for (const name of gone) rmSync(join(out, folder, `${name}${ending}`), { force: true })
    for (const row of grades.rows)
      writeWhole(join(out, folder, `${row.fileName}${ending}`), render(row, grades.policy))
  }
  writeCohortPage(root, out, grades)
  for (const [name, render] of Object.entries(FILES)) writeWhole(join(out, name), render(grades))
}

/**
 * Names of the files that the last gradebook had for learners: any other file is the facilitator's
 * own and stays. A name that would lead elsewhere is not one of ours.
 */
function earlierFileNames(out: string): string[] {
  try {
    const { learners } = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8')) as {
      learners: { fileName?: unknown }[]
    }
    return learners.flatMap(({ fileName }) =>
      typeof fileName === 'string' && /^[^/\\.][^/\\]*$/.test(fileName) ? [fileName] : [],
    )
  } catch {
    return []
  }
}
