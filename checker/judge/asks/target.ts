import { resolve } from 'node:path'
import type { Exercise } from '../../course/course.ts'
import { titlesWith } from '../../course/hints.ts'
import { findInSubmission, ownPath, shownPath, toProgram } from '../../course/submission.ts'
import { UsageError } from '../../errors/usage.ts'
import { typedPath } from '../../files/typed-path.ts'
import type { Subject } from '../../program/subject.ts'
import { shellWord } from '../../terminal/shell-word.ts'
import type { Job } from '../job.ts'
import { newSeed, toJob } from './jobs.ts'

/** What is checked: an exercise and the program that should pass it. */
export interface Target {
  exercise: Exercise
  job: Job
  about: About
}

/** What a report needs to know besides the verdict. */
export interface About {
  /** The learner's file: where it is, and the path that the learner knows; absent for `--run`. */
  file?: { path: string; shown: string }
  subject: Subject
  /** Flags to repeat in the commands that are suggested, such as `--submission x`. */
  flags?: string
  /** The report is read in the watch, where a key does what needs a command elsewhere. */
  keys?: boolean
}

export interface TargetOptions {
  seed?: number
  /** A command instead of a file. */
  run?: string
  /** A folder other than `exercises/`, relative to where the command was typed. */
  submission?: string
  /** Words of the titles of the tests to run, if not all are run. */
  test?: string
}

/**
 * The target that these options name; without any, the learner's own file. A usage error says what
 * is missing.
 */
export function toTarget(root: string, exercise: Exercise, options: TargetOptions = {}): Target {
  const target = programTarget(root, exercise, options)
  if (options.test === undefined) return target
  const { others } = titlesWith(root, exercise, options.test)
  const flags = [target.about.flags, `--test ${shellWord(options.test)}`].filter(Boolean).join(' ')
  return { ...target, job: { ...target.job, except: others }, about: { ...target.about, flags } }
}

function programTarget(root: string, exercise: Exercise, options: TargetOptions): Target {
  const { subject } = exercise
  const seed = options.seed ?? newSeed()
  const here = typedPath('.')
  if (options.run?.trim() === '')
    throw new UsageError('--run has no command: give it one, such as -- --run "python3 echo.py"')
  if (options.run !== undefined) {
    const program = { kind: 'command', command: options.run } as const
    return {
      exercise,
      job: toJob(root, exercise, program, seed, here),
      about: { subject, flags: `--run ${shellWord(options.run)}` },
    }
  }
  const found =
    options.submission === undefined
      ? toProgram(exercise, ownPath(exercise))
      : findInSubmission(resolve(here, options.submission), exercise)
  if ('missing' in found) throw new UsageError(`Nothing to check: ${found.missing}.`)
  const about: About = { subject, file: { path: found.file, shown: shownPath(root, found.file) } }
  if (options.submission !== undefined) about.flags = `--submission ${shellWord(options.submission)}`
  return { exercise, job: toJob(root, exercise, found.program, seed), about }
}
