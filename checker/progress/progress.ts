import { readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../files/make-folder.ts'
import { writeWhole } from '../files/whole-file.ts'
import type { Verdict } from '../judge/verdict.ts'

/** What is stored about a learner's work on one exercise. */
export interface Progress {
  version: 1
  exercise: string
  /** Checks so far. */
  attempts: number
  /** ISO times. */
  passedAt?: string
  /** Checks up to and including the first pass. */
  passedAfter?: number
  checkedAt?: string
  /** The last check's verdict. */
  verdict?: Verdict['verdict']
  /** Title of the first test that failed in the last check. */
  failing?: string
  /** Hints shown for that test. */
  hints: number
  /** Hints shown for other tests, by title, since the exercise was last passed. */
  hintsFor?: Record<string, number>
}

const VERSION = 1

/**
 * The progress of an exercise. A file that is broken, or that a newer version of the checker wrote,
 * counts as none: it is renamed to `.unreadable`, so that nothing is lost.
 */
export function readProgress(root: string, exercise: string): Progress {
  const fresh: Progress = { version: VERSION, exercise, attempts: 0, hints: 0 }
  const path = pathOf(root, exercise)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return fresh
  }
  const progress = parse(text)
  if (progress) return { ...fresh, ...progress }
  renameSync(path, `${path}.unreadable`)
  return fresh
}

/**
 * Stores the progress. The file is written under another name and renamed, so that a reader or a
 * second check at the same time sees a complete file.
 */
export function writeProgress(root: string, progress: Progress): void {
  writeAside(pathOf(root, progress.exercise), `${JSON.stringify(progress, null, 2)}\n`)
}

/** Counts a check and stores its whole verdict, for hints and pages. */
export function recordVerdict(root: string, verdict: Verdict): Progress {
  const before = readProgress(root, verdict.exercise)
  const failing = verdict.tests.find((test) => test.verdict === 'fail')?.title
  const { failing: _, hintsFor, ...rest } = before
  const next: Progress = {
    ...rest,
    attempts: before.attempts + 1,
    checkedAt: new Date().toISOString(),
    verdict: verdict.verdict,
    hints: failing !== undefined && failing === before.failing ? before.hints : 0,
    ...(failing !== undefined && { failing }),
    ...(hintsFor && verdict.verdict !== 'pass' && { hintsFor }),
    ...(verdict.verdict === 'pass' && {
      passedAt: before.passedAt ?? new Date().toISOString(),
      passedAfter: before.passedAfter ?? before.attempts + 1,
    }),
  }
  writeProgress(root, next)
  writeAside(verdictPath(root, verdict.exercise), JSON.stringify(verdict))
  return next
}

/** The verdict of the last check, if it can be read. */
export function readLastVerdict(root: string, exercise: string): Verdict | undefined {
  try {
    const verdict = JSON.parse(readFileSync(verdictPath(root, exercise), 'utf8')) as Verdict
    return verdict.version === 1 ? verdict : undefined
  } catch {
    return undefined
  }
}

function pathOf(root: string, exercise: string): string {
  return join(root, '.workshop', 'progress', `${exercise}.json`)
}

function verdictPath(root: string, exercise: string): string {
  return join(root, '.workshop', 'verdicts', `${exercise}.json`)
}

function parse(text: string): Partial<Progress> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
    const progress = value as Partial<Progress>
    const sound =
      progress.version === VERSION && Number.isInteger(progress.attempts) && Number.isInteger(progress.hints)
    return sound ? progress : undefined
  } catch {
    return undefined
  }
}

function writeAside(path: string, text: string): void {
  makeFolder(join(path, '..'))
  writeWhole(path, text)
}
