import { join } from 'node:path'
import { findExercise } from '../../course/course.ts'
import { openSetting } from '../../harness/setting.ts'
import { compileSubmission, isCompileError } from '../prepares/compile.ts'
import { openRunFolder } from '../prepares/run-folder.ts'

/** Has the tests of one file run on the learner's own program, where no judge has prepared anything. */
export async function openOwnFile(root: string, testPath: string): Promise<void> {
  const exercise = findExercise(root, testPath.slice(0, testPath.indexOf('.hidden')))
  if ('near' in exercise) throw new Error(`${testPath} belongs to no exercise`)
  const folder = openRunFolder(root)
  const compiled = await compileSubmission(
    join(exercise.folder, exercise.file),
    exercise.shipped,
    folder.path,
  )
  if (isCompileError(compiled)) throw new Error(`${exercise.file}:${compiled.line}: ${compiled.message}`)
  const { file, imports } = compiled
  const launch = {
    command: process.execPath,
    args: ['--enable-source-maps', file],
    cwd: root,
    tmp: folder.tmp,
    imports,
  }
  const { subject } = exercise
  await openSetting({ launch, seed: Math.floor(Math.random() * 1_000_000), subject, scale: 1 })
}
