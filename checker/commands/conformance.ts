import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import {
  type Conformance,
  type ConformanceTask,
  loadModule,
  type PieceResult,
  runPiece,
} from '../conformance/pieces.ts'
import { type Exercise, listExercises } from '../course/course.ts'
import { findInSubmission } from '../course/submission.ts'
import { UsageError } from '../errors/usage.ts'
import { typedPath } from '../files/typed-path.ts'
import { killStrays, openRunFolder, type RunFolder } from '../judge/prepares/run-folder.ts'
import { chooseExercise } from '../progress/current.ts'
import { fittedRow } from '../terminal/fitted.ts'

export interface ConformanceOptions {
  only?: string
  submission?: string
}

const OK = 0
const FAILED = 1
const NOTHING_RAN = 3

/**
 * `npm run conformance`: runs real clients and tables of requests against the references. Exit code
 * 1 if one of them fails, 3 if none could be run.
 */
export async function conformance(
  root: string,
  words: readonly string[],
  { only = '', submission }: ConformanceOptions,
): Promise<number> {
  const exercises = words.length > 0 ? words.map((word) => chooseExercise(root, word)) : listExercises(root)
  const from = submission === undefined ? join(root, 'solutions') : typedPath(submission)
  const run = openRunFolder(root)
  try {
    const tasks = await tasksOf(root, exercises, from, run)
    if (tasks.length === 0)
      throw new UsageError(
        `There is no solutions/NN-name/conformance.ts for ${words.join(', ') || 'any exercise'}.`,
      )
    const chosen = tasks.filter((task) => nameOf(task).includes(only))
    if (chosen.length === 0)
      throw new UsageError(
        `Nothing has "${only}" in its name. There are:\n${tasks.map((task) => `  ${nameOf(task)}`).join('\n')}`,
      )
    return await runAll(chosen, run)
  } finally {
    killStrays(run)
  }
}

async function tasksOf(
  root: string,
  exercises: readonly Exercise[],
  from: string,
  run: RunFolder,
): Promise<ConformanceTask[]> {
  const tasks: ConformanceTask[] = []
  for (const exercise of exercises) {
    const loaded = await loadModule<Conformance>(root, exercise, 'conformance.ts', run)
    if (!loaded) continue
    const found = findInSubmission(from, exercise)
    if ('missing' in found) throw new UsageError(`Nothing to run: ${found.missing}.`)
    const { pieces, prepare } = loaded
    tasks.push(...pieces.map((piece) => ({ exercise, program: found.program, piece, prepare })))
  }
  return tasks
}

/** Runs as many at a time as there are cores; the rows keep the order of the tasks. */
async function runAll(tasks: readonly ConformanceTask[], run: RunFolder): Promise<number> {
  const start = performance.now()
  const width = Math.max(...tasks.map((task) => nameOf(task).length))
  const begun: Promise<PieceResult>[] = []
  const results: PieceResult[] = []
  for (const task of tasks) {
    const ahead = tasks.slice(begun.length, results.length + availableParallelism())
    begun.push(...ahead.map((each) => runPiece(each, run)))
    const result = await (begun[results.length] as Promise<PieceResult>)
    results.push(result)
    console.log(fittedRow(`${result.state.padEnd(7)} `, `${nameOf(task).padEnd(width)}  ${result.text}`))
  }
  const count = (state: PieceResult['state']) => results.filter((each) => each.state === state).length
  const seconds = Math.round((performance.now() - start) / 1000)
  console.log(
    `\n${count('passed')} passed, ${count('FAILED')} failed, ${count('skipped')} skipped, in ${seconds} s`,
  )
  if (count('FAILED') > 0) return FAILED
  return count('passed') > 0 ? OK : NOTHING_RAN
}

function nameOf({ exercise, piece }: ConformanceTask): string {
  return `${exercise.name} ${piece.name}`
}
