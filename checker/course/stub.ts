import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Exercise } from './course.ts'

/** A stub as the course ships it. */
export interface Stub {
  /** The learner's file. */
  path: string
  bytes: Buffer
}

/** Ends in .txt, so that neither a compiler nor an editor treats it as another source file. */
const KEPT = /^(server|client)\.ts\.txt$/

/**
 * The stub of an exercise as it was shipped. A copy is part of the course and is stored beside the
 * hidden tests, where learners do not edit: it needs no git, and survives a commit, a rebuild and a
 * clone on another machine.
 */
export function readStub(exercise: Exercise): Stub | undefined {
  const hidden = join(exercise.folder, '.hidden')
  const name = (existsSync(hidden) ? readdirSync(hidden) : []).find((each) => KEPT.test(each))
  if (name === undefined) return undefined
  return {
    path: join(exercise.folder, name.replace(/\.txt$/, '')),
    bytes: readFileSync(join(hidden, name)),
  }
}

/** Makes the exercise's current file the stub that ships. For authors. */
export function keepStub(exercise: Exercise): void {
  const path = join(exercise.folder, exercise.file)
  if (existsSync(path))
    writeFileSync(join(exercise.folder, '.hidden', `${exercise.file}.txt`), readFileSync(path))
}

/** True if the learner's file is the stub. */
export function isUntouched(exercise: Exercise): boolean {
  const stub = readStub(exercise)
  const isFile = stub && statSync(stub.path, { throwIfNoEntry: false })?.isFile()
  return isFile === true && isStub(exercise, readFileSync(stub.path))
}

/** True for the stub, whichever line endings an editor or git has given it. */
export function isStub(exercise: Exercise, bytes: Buffer): boolean {
  const stub = readStub(exercise)?.bytes
  return stub !== undefined && (stub.equals(bytes) || textOf(stub) === textOf(bytes))
}

function textOf(bytes: Buffer): string {
  return bytes
    .toString()
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n')
    .trimEnd()
}
