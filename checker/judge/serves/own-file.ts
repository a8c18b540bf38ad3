import { join } from 'node:path'
import { findExercise } from '../../course/course.ts'
import { openCheck, type RunningCheck } from '../../harness/running-check.ts'
import { newSeed } from '../asks/jobs.ts'
import { isCompileError } from '../prepares/compile.ts'
import { toLaunch } from '../prepares/launch.ts'
import { openRunFolder } from '../prepares/run-folder.ts'

/**
 * Has the tests of one file run on the learner's own program, when no judge has prepared anything.
 */
export async function openOwnFile(root: string, testPath: string): Promise<RunningCheck> {
  const exercise = findExercise(root, testPath.slice(0, testPath.indexOf('.hidden')))
  if ('near' in exercise) throw new Error(`${testPath} belongs to no exercise`)
  const { file, folder, shipped, subject } = exercise
  const { path, tmp } = openRunFolder(root)
  const program = { kind: 'file', file: join(folder, file), shipped } as const
  const launch = await toLaunch(program, { into: path, cwd: root, tmp })
  if (isCompileError(launch)) throw new Error(`${file}:${launch.line}: ${launch.message}`)
  return openCheck({ launch, seed: newSeed(), subject, scale: 1 })
}
