import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Exercise } from '../../course/course.ts'

/** Changed whenever what a sandbox lets through changes. */
const SANDBOX = 'bubblewrap 1'
/** Names of the checker's files that take part in judging; `main.js` only starts the judge. */
const JUDGING = [
  'judge.cjs',
  'judge-main.cjs',
  'environment.cjs',
  'runtime.cjs',
  'jest.json',
  'vm.js',
  'standby-main.js',
]

/**
 * Everything that determines the results of an exercise, as one hash: its tests, what it ships, the
 * checker, Node and the sandbox. With another edition every result is made anew.
 */
export function editionOf(
  exercise: Exercise,
  extraTests: Readonly<Record<string, string>>,
  checker: string,
  sandboxed: boolean,
): string {
  const hidden = join(exercise.folder, '.hidden')
  const tests = readdirSync(hidden)
    .sort()
    .map((name) => [name, sha256(readFileSync(join(hidden, name)))])
  const shipped = exercise.shipped.map((path) => [basename(path), sha256(readFileSync(path))]).sort()
  const extra = Object.entries(extraTests).sort()
  const sandbox = sandboxed ? SANDBOX : 'none'
  const node = process.versions.node.split('.')[0]
  return sha256(
    JSON.stringify([1, exercise.name, exercise.file, tests, shipped, extra, checker, node, sandbox]),
  )
}

/**
 * The content address of a result: an edition, the file that was handed in, and the hashes of the
 * modules beside it by their paths.
 */
export function addressOf(
  edition: string,
  bytes: Uint8Array,
  beside: readonly (readonly [string, string])[] = [],
): string {
  const modules = beside.length > 0 ? ` ${JSON.stringify([...beside].sort())}` : ''
  return sha256(`${edition} ${sha256(bytes)}${modules}`)
}

/** The checker's build, as a hash over the files that judge and everything that these import. */
export function hashOfChecker(dist: string): string {
  const names = new Set(JUDGING)
  const hash = createHash('sha256')
  for (const name of names) {
    const text = readFileSync(join(dist, name), 'utf8')
    for (const [, chunk] of text.matchAll(/(?:from|import\()\s*"\.\/([\w-]+\.js)"/g))
      if (chunk) names.add(chunk)
    hash.update(`${name} ${text.length}\n${text}`)
  }
  return hash.digest('hex')
}

/** SHA-256, in hex. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
