import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { distance } from 'fastest-levenshtein'
import type { Exercise } from '../course/course.ts'
import { UsageError } from '../errors/usage.ts'
import { joinHeader, type MistakeHeader, readMistakeHeader, splitHeader } from './header.ts'
import { applyDiff, DoesNotApply } from './mistake-diff.ts'

/** A wrong server that the course knows: a whole program, or a diff against the reference. */
export interface Mistake {
  /** `answers-once`. */
  name: string
  /** `mistakes/answers-once.diff`: where it lies in the solution's folder. */
  file: string
  path: string
  header: MistakeHeader | undefined
}

/** The diff of a mistake does not fit the reference: which, where, and what to do. */
export class Stale extends UsageError {
  /** What it says about the file, without its name. */
  readonly why: string

  constructor(file: string, why: string) {
    super(`${file} ${why}`)
    this.why = why
  }
}

/** The mistakes of an exercise, by name. */
export function mistakesOf(root: string, exercise: Exercise): Mistake[] {
  const folder = join(root, 'solutions', exercise.name, 'mistakes')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((file) => /\.(ts|diff)$/.test(file))
    .sort()
    .map((file) => {
      const path = join(folder, file)
      const header = readMistakeHeader(readFileSync(path, 'utf8'))
      return { name: file.replace(/\.\w+$/, ''), file: `mistakes/${file}`, path, header }
    })
}

/** The mistake of this name. A usage error suggests similar names. */
export function findMistake(root: string, exercise: Exercise, word: string): Mistake {
  const mistakes = mistakesOf(root, exercise)
  const wanted = basename(word).replace(/\.(ts|diff)$/, '')
  const found = mistakes.find(({ name }) => name === wanted)
  if (found) return found
  const near = mistakes
    .map(({ name }) => ({ name, changes: distance(wanted, name) }))
    .filter(({ name, changes }) => changes <= 3 || (wanted.length > 2 && name.includes(wanted)))
    .sort((a, b) => a.changes - b.changes)
    .slice(0, 3)
    .map(({ name }) => name)
  const next =
    near.length > 0
      ? `Did you mean ${near.join(' or ')}?`
      : `They are in solutions/${exercise.name}/mistakes.`
  throw new UsageError(`${exercise.name} has no mistake "${word}". ${next}`)
}

/**
 * The whole program of a mistake, with its header as a comment. Throws `Stale` if its diff does not
 * fit.
 */
export function programOf(root: string, exercise: Exercise, mistake: Mistake): string {
  const text = readFileSync(mistake.path, 'utf8')
  if (mistake.path.endsWith('.ts')) return text
  const { header, rest } = splitHeader(text, '#')
  try {
    return joinHeader(
      { header, rest: applyDiff(readFileSync(referenceOf(root, exercise), 'utf8'), rest) },
      '//',
    )
  } catch (error) {
    if (!(error instanceof DoesNotApply)) throw error
    const again = `npm run verify ${exercise.number} -- --update`
    throw new Stale(
      mistake.file,
      `does not apply to solutions/${exercise.name}/${exercise.file}: ${error.message}. ${again} re-bases it.`,
    )
  }
}

/**
 * Writes a program into `folder` as in a submission, with what the exercise ships beside it;
 * returns its path.
 */
export function writeProgram(folder: string, exercise: Exercise, program: string): string {
  mkdirSync(folder, { recursive: true })
  for (const path of exercise.shipped) copyFileSync(path, join(folder, basename(path)))
  writeFileSync(join(folder, exercise.file), program)
  return join(folder, exercise.file)
}

/** The program that every diff of an exercise changes. */
export function referenceOf(root: string, exercise: Exercise): string {
  return join(root, 'solutions', exercise.name, exercise.file)
}
