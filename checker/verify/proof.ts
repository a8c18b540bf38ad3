import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Exercise } from '../course/course.ts'
import { toProgram } from '../course/submission.ts'
import { toJob } from '../judge/asks/jobs.ts'
import type { Job } from '../judge/job.ts'
import type { Verdict } from '../judge/verdict.ts'
import * as claims from './claims.ts'
import { foldersAgree } from './folders.ts'
import { type Mistake, mistakesOf, programOf, Stale, writeProgram } from './mistakes.ts'

/** One thing that verify proves: by a run of the judge, or by looking at files. */
export interface Proof {
  exercise: string
  /** `mistakes/answers-once.ts`, `folders`. */
  name: string
  kind: 'right' | 'stub' | 'mistake' | 'files'
  /** What has to be run; absent if files are enough. */
  job?: Job
  /** Why it cannot be run on this machine. */
  skipped?: string
  /** Why it cannot be run on any machine. */
  broken?: string
  /** The program that a diff made, for further inspection. */
  made?: string
  /** Judges the result. */
  judge: (verdict: Verdict) => claims.Surprise
}

export interface ProofOptions {
  seed: number
  /** Runs the tests of a mistake until one fails, and not only the one that it names. */
  inOrder: boolean
  /** A folder for the programs that diffs make. */
  scratch: string
}

/** Everything that must be true of an exercise and that only runs can show. */
export function proofsOf(
  root: string,
  exercise: Exercise,
  { seed, inOrder, scratch }: ProofOptions,
): Proof[] {
  const solution = join(root, 'solutions', exercise.name)
  const run = (
    kind: Proof['kind'],
    path: string,
    name: string,
    judge: Proof['judge'],
    asked: Pick<Job, 'only' | 'bail'> = {},
  ): Proof => {
    const found = toProgram(exercise, path)
    const base = { exercise: exercise.name, name, kind, judge }
    if ('missing' in found) return { ...base, skipped: found.missing }
    return { ...base, job: { ...toJob(root, exercise, found.program, seed), ...asked } }
  }
  return [
    run('right', join(solution, exercise.file), 'solution', claims.passes),
    ...filesIn(solution, 'alternatives').map((name) =>
      run('right', join(solution, name), name, claims.passes),
    ),
    run('stub', join(exercise.folder, exercise.file), 'stub', claims.passesNothing),
    ...mistakesOf(root, exercise).map((mistake) => {
      const { file, path, header } = mistake
      const judge = (verdict: Verdict) =>
        header ? claims.failsAs(verdict, header) : 'has no lines "fails: …" and "says: …" at its top'
      const asked = header && !inOrder ? { only: header.fails } : { bail: true }
      if (!path.endsWith('.diff')) return run('mistake', path, file, judge, asked)
      const made = make(root, exercise, mistake, scratch)
      if ('broken' in made)
        return { exercise: exercise.name, name: file, kind: 'mistake' as const, judge, ...made }
      return { ...run('mistake', made.made, file, judge, asked), ...made }
    }),
  ]
}

/** What the files themselves show, given the titles of the hidden tests that ran. */
export function proveFiles(
  root: string,
  exercise: Exercise,
  titles: readonly string[],
): Record<string, claims.Surprise> {
  const read = (name: string) =>
    existsSync(join(exercise.folder, name)) ? readFileSync(join(exercise.folder, name), 'utf8') : ''
  const headers = mistakesOf(root, exercise).flatMap(({ header }) => (header ? [header] : []))
  return {
    'folders agree': foldersAgree(root, exercise),
    'stub has one TODO': claims.hasOneTodo(read(exercise.file)),
    'hints match tests': claims.hintsMatch(titles, read('hints.md')),
    'every test is killed': claims.everyTestIsKilled(titles, headers),
  }
}

/** Writes the program that a diff makes. */
function make(
  root: string,
  exercise: Exercise,
  mistake: Mistake,
  scratch: string,
): { made: string } | { broken: string } {
  try {
    const program = programOf(root, exercise, mistake)
    return { made: writeProgram(join(scratch, mistake.name, exercise.name), exercise, program) }
  } catch (error) {
    if (error instanceof Stale) return { broken: error.why }
    throw error
  }
}

function filesIn(folder: string, name: string): string[] {
  if (!existsSync(join(folder, name))) return []
  return readdirSync(join(folder, name), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(name, entry.name))
    .sort()
}
