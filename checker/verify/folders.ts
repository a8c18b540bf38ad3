import { existsSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Exercise } from '../course/course.ts'
import { isUntouched, readStub } from '../course/stub.ts'
import type { Surprise } from './claims.ts'

/** Files that may lie below an exercise and its solution, as patterns of the path inside. */
const ALLOWED = {
  exercise: [
    /^README\.md$/,
    /^hints\.md$/,
    /^(server|client)\.ts$/,
    /^site\/[a-z0-9-]+\.(html|css|js|svg|png|txt)$/,
    /^\.hidden\/[a-z0-9-]+\.test\.ts$/,
    /^\.hidden\/(server|client)\.ts\.txt$/,
    /^\.hidden\/conversation\.txt$/,
    /^\.hidden\/messages\.ts$/,
    /^page\.html$/,
    /^\.hidden\/play(-[a-z0-9]+)*\.ts$/,
  ],
  solution: [
    /^README\.md$/,
    /^(server|client)\.ts$/,
    /^(conformance|load|requests)\.ts$/,
    /^syscalls\.json$/,
    /^mistakes\/[a-z0-9-]+\.(diff|ts)$/,
    /^alternatives\/[a-z0-9-]+\.(ts|py|sh|c)$/,
  ],
}

/** Both folders hold what the tour says, and nothing else. */
export function foldersAgree(root: string, exercise: Exercise): Surprise {
  const solution = join(root, 'solutions', exercise.name)
  const shipped = exercise.shipped.map((path) => relative(exercise.folder, path))
  const inExercise = filesBelow(exercise.folder)
  const inSolution = existsSync(solution) ? filesBelow(solution) : []
  const strays = [
    ...inExercise.filter(
      (path) => !shipped.includes(path) && !ALLOWED.exercise.some((pattern) => pattern.test(path)),
    ),
    ...inSolution.filter((path) => !ALLOWED.solution.some((pattern) => pattern.test(path))),
  ]
  if (strays.length > 0) return `a stray file: ${strays[0]}`
  const twice = inSolution.find(
    (path) => /^mistakes\/.+\.ts$/.test(path) && inSolution.includes(path.replace(/ts$/, 'diff')),
  )
  if (twice) return `two mistakes of one name: ${twice} and its .diff`
  const wanted = ['README.md', 'hints.md', exercise.file]
  const missing = wanted.find((name) => !inExercise.includes(name))
  if (missing) return `no ${missing}`
  if (readStub(exercise) && !isUntouched(exercise))
    return `${exercise.file} differs from the stub that ships: npm run verify ${exercise.number} -- --update keeps it as the new one`
  const gone = ['README.md', exercise.file].find((name) => !inSolution.includes(name))
  return gone && `no solutions/${exercise.name}/${gone}`
}

/**
 * Paths of all files below a folder, relative to it; skips folders that only hold cached bytecode.
 */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !path.includes('__pycache__'))
    .sort()
}
