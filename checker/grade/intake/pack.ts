import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Exercise } from '../../course/course.ts'
import { UsageError } from '../../errors/usage.ts'

/** Hidden tests of one exercise that learners do not have: file names with their text. */
export type PackTests = Readonly<Record<string, string>>

/**
 * Reads a pack: a folder with `NN-name/*.test.ts`, written like hidden tests. They run together
 * with the exercise's own.
 */
export function readPack(folder: string | undefined, exercises: readonly Exercise[]): Map<string, PackTests> {
  if (folder === undefined) return new Map()
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`There is no pack ${folder}: it is a folder with 03-echo/NAME.test.ts in it.`)
  const packs = new Map(exercises.map((exercise) => [exercise.name, testsOf(folder, exercise)]))
  const count = [...packs.values()].reduce((sum, tests) => sum + Object.keys(tests).length, 0)
  if (count > 0) return packs
  throw new UsageError(
    `The pack ${folder} has no tests for these exercises. They lie in it as 03-echo/NAME.test.ts.`,
  )
}

function testsOf(folder: string, exercise: Exercise): PackTests {
  const path = join(folder, exercise.name)
  if (!existsSync(path)) return {}
  const own = new Set(readdirSync(join(exercise.folder, '.hidden')))
  const names = readdirSync(path).filter((name) => name.endsWith('.test.ts'))
  const twice = names.find((name) => own.has(name))
  if (twice !== undefined)
    throw new UsageError(`${join(path, twice)} has the name of a hidden test of the course. Give it another.`)
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(path, name), 'utf8')]))
}
