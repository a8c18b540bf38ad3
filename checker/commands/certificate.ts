import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { listExercises, readHeading } from '../course.ts'
import { certificatePage } from '../pages/certificate.ts'
import { readProgress } from '../state.ts'
import { usage } from '../usage.ts'
import type { Verdict } from '../verdict.ts'

/**
 * Writes the certificate and returns its path. `verdicts` are those of a check of everything, just made: what is remembered of
 * earlier checks is no proof.
 */
export function writeCertificate(root: string, verdicts: readonly Verdict[], now = new Date()): string {
  const exercises = listExercises(root)
  const passed = new Set(verdicts.filter(({ verdict }) => verdict === 'pass').map(({ exercise }) => exercise))
  const open = exercises.filter(({ name }) => !passed.has(name)).map(({ name }) => name)
  if (open.length > 0 || exercises.length === 0) {
    throw usage(`There is no certificate yet: ${open.join(', ') || 'any exercise'} did not pass.`)
  }
  const rows = exercises.map((exercise) => ({
    ...readHeading(exercise),
    progress: readProgress(root, exercise.name),
  }))
  const page = certificatePage(rows, {
    date: dayText(now, 'long'),
    dateOf: (iso) => dayText(new Date(iso), 'medium'),
  })
  const path = join(root, '.workshop', 'certificate.html')
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, page)
  return path
}

/** `22 November 2025` or `22 Nov 2025`, in the time of the machine. */
function dayText(date: Date, dateStyle: 'long' | 'medium'): string {
  return date.toLocaleDateString('en-GB', { dateStyle })
}
