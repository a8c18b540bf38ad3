import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import open from 'open'
import { type Exercise, readHeading } from '../course/course.ts'
import { UsageError } from '../errors/usage.ts'
import { readLastVerdict, readProgress } from '../progress/progress.ts'
import { fitted } from '../terminal/fitted.ts'
import { wirePage } from './wire.ts'

/** Writes the page of the last check, and returns its path. A usage error if there was none. */
export function writeWire(root: string, exercise: Exercise): string {
  const verdict = readLastVerdict(root, exercise.name)
  if (!verdict) {
    throw new UsageError(
      `${exercise.name} has not been checked yet. Check it first: npm run check ${exercise.number}`,
    )
  }
  const { checkedAt } = readProgress(root, exercise.name)
  const source = checkedAt === undefined ? undefined : sourceAt(exercise, checkedAt)
  const page = wirePage(verdict, {
    title: readHeading(exercise).title,
    subject: exercise.subject,
    ...(checkedAt !== undefined && { checked: timeText(checkedAt) }),
    ...(source !== undefined && { source }),
  })
  const path = join(root, '.workshop', 'wire', `${exercise.name}.html`)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, page)
  return path
}

/** The learner's file as it was then: undefined if it has changed since, or is gone. */
function sourceAt({ folder, file }: Exercise, checkedAt: string): string | undefined {
  const path = join(folder, file)
  const found = statSync(path, { throwIfNoEntry: false })
  return found?.isFile() && found.mtime < new Date(checkedAt) ? readFileSync(path, 'utf8') : undefined
}

/** Opens a file or a URL in the browser. A machine without one is not an error. */
export async function show(path: string): Promise<void> {
  try {
    await open(path)
  } catch {
    console.error(fitted(`No browser could be started here. Open ${path} in one by hand.`))
  }
}

/** `22 November 2025 at 16:10`, in the machine's time zone. */
function timeText(iso: string): string {
  return new Date(iso).toLocaleString('en-GB', { dateStyle: 'long', timeStyle: 'short' })
}
