import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join, relative } from 'node:path'
import { UsageError } from '../errors/usage.ts'
import { isInstalled } from '../files/installed.ts'
import { hasProc } from '../program/proc.ts'
import type { Exercise } from './course.ts'

/** What can be checked, ready to be sent to the process that starts it. */
export type Runnable =
  | { kind: 'file'; file: string; shipped: string[] }
  /**
   * The file itself, base64, and the modules beside it that it needs: the judge cannot see where
   * they were handed in.
   */
  | {
      kind: 'source'
      name: string
      bytes: string
      beside?: Readonly<Record<string, string>>
      shipped: string[]
    }
  | { kind: 'argv'; argv: readonly [string, ...string[]] }
  | { kind: 'command'; command: string }

/** A program that can be started, or the sentence that says why there is none. */
export type Found = { program: Runnable; file: string } | { missing: string }

/**
 * Where the file of an exercise may be in a submission with these folders at its top: in
 * `NN-name/`, in `exercises/NN-name/`, or in one of these below the only folder, as in archives.
 * The first that exists counts, even if it cannot be accepted.
 */
export function placesIn(folders: readonly string[], { name, file }: Exercise): string[] {
  const own = folders.filter((folder) => !isClutter(folder))
  const [only] = own
  const roots = own.length === 1 && only !== undefined ? ['', `${only}/`] : ['']
  return roots.flatMap((root) => [root, `${root}exercises/`]).map((root) => `${root}${name}/${file}`)
}

/** True for a folder that an operating system or a tool made, not a person. */
export function isClutter(name: string): boolean {
  return name.startsWith('.') || name === '__MACOSX' || name === 'node_modules'
}

/** The file of an exercise in a submission. */
export function findInSubmission(submission: string, exercise: Exercise): Found {
  const found = statSync(submission, { throwIfNoEntry: false })
  if (!found)
    return {
      missing: `there is no folder ${submission}. Give one that holds ${exercise.name}/${exercise.file}`,
    }
  if (!found.isDirectory()) return { missing: `${submission} is a file, not a folder of NN-name folders` }
  const folders = readdirSync(submission, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const names = folders.map(({ name }) => name)
  for (const place of placesIn(names, exercise)) {
    const file = join(submission, place)
    const found = statSync(file, { throwIfNoEntry: false })
    if (found?.isFile()) return toProgram(exercise, file)
    if (found) return { missing: `${file} is not a file` }
  }
  return { missing: `${submission} has no ${exercise.name}/${exercise.file}` }
}

/** The learner's own file. A usage error if there is none. */
export function ownPath(exercise: Exercise): string {
  const path = join(exercise.folder, exercise.file)
  const shown = `exercises/${exercise.name}/${exercise.file}`
  const reset = `npm run reset ${exercise.number} puts the stub there.`
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) throw new UsageError(`There is no ${shown}. ${reset}`)
  if (!found.isFile()) throw new UsageError(`${shown} is not a file. Move it away; then ${reset}`)
  return path
}

/**
 * How a file is run, by its ending: learners write TypeScript, but right answers may be in any
 * language.
 */
export function toProgram(exercise: Exercise, file: string): Found {
  if (!existsSync(file)) return { missing: `there is no file ${file}` }
  const lacking = missingNeed(file)
  if (lacking)
    return { missing: lacking === PROC ? `there is no ${PROC} here` : `${lacking} is not installed` }
  const runners: Record<string, Runnable> = {
    '.ts': { kind: 'file', file, shipped: exercise.shipped },
    '.py': { kind: 'argv', argv: ['python3', file] },
    '.sh': { kind: 'argv', argv: ['sh', file] },
    '.c': { kind: 'argv', argv: ['sh', '-c', 'cc -O1 -o "$TMPDIR/$$" "$0" && exec "$TMPDIR/$$"', file] },
  }
  const program = runners[extname(file)]
  return program ? { program, file } : { missing: `nothing here can run a ${extname(file)} file` }
}

/**
 * What a file may need besides programs: without it, much of what a program does cannot be seen.
 */
const PROC = '/proc'

/**
 * The first thing that the file needs and the machine does not have: its interpreter, a program
 * from a `needs: …` line, or `/proc`.
 */
function missingNeed(file: string): string | undefined {
  const byEnding: Record<string, string[]> = { '.py': ['python3'], '.c': ['cc'], '.sh': ['sh'] }
  const named = /needs: (.+)/.exec(readFileSync(file, 'utf8').slice(0, 1000))?.[1]?.split(/[\s,]+/) ?? []
  return [...(byEnding[extname(file)] ?? []), ...named].find(
    (name) => name !== '' && !(name === PROC ? hasProc : isInstalled(name)),
  )
}

/** A file as people know it: its path inside the project, or the whole path if it is elsewhere. */
export function shownPath(root: string, file: string): string {
  const inside = relative(root, file)
  return inside.startsWith('..') ? file : inside
}
