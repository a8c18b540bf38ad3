import { lstatSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, posix } from 'node:path'

/** The largest size of a file that a program consists of, and how many there may be. */
const MAX_BYTES = 256 * 1024
const MAX_MODULES = 64
/** A path in quotes, as in an import; bounded, since learners decide how long a line is. */
const RELATIVE = /(['"`])(\.{1,2}\/[^'"`\s]{1,200})\1/g
const ENDINGS = ['', '.ts', '.js', '.mjs', '.json', '/index.ts', '/index.js']

/**
 * Walks through the modules that a file imports by a relative path, and those that they import in
 * turn. Yields the path of each from the file's folder, and receives its text, or undefined if
 * there is none. Never leaves that folder, and skips hidden files and node_modules. What looks like
 * an import may not be one.
 */
export function* modulesBeside(file: string, text: string): Generator<string, void, string | undefined> {
  const asked = new Set([file])
  const left = [{ path: file, text }]
  let found = 0
  for (const module of left) {
    for (const path of relativeImports(module.text)) {
      const base = posix.join(posix.dirname(module.path), path)
      for (const candidate of candidatesFor(base)) {
        if (asked.has(candidate) || isOutOfBounds(candidate) || found === MAX_MODULES) continue
        asked.add(candidate)
        const theirs = yield candidate
        if (theirs === undefined) continue
        found += 1
        left.push({ path: candidate, text: theirs })
        break
      }
    }
  }
}

/** The paths of the modules on this machine that a file needs; does not follow links. */
export function localModules(file: string): string[] {
  const folder = dirname(file)
  const found: string[] = []
  const walk = modulesBeside(posix.basename(file), readFileSync(file, 'utf8'))
  for (let step = walk.next(); !step.done; ) {
    const text = readModule(folder, step.value)
    if (text !== undefined) found.push(step.value)
    step = walk.next(text)
  }
  return found
}

/** The packages that a source imports. */
export function importedPackages(source: string): string[] {
  const paths = [...source.matchAll(/(?:from|import)\s*\(?['"]([^'"]+)['"]/g)].flatMap(
    (match) => match[1] ?? [],
  )
  return paths.filter((path) => !/^[./#]/.test(path) && !isBuiltin(path)).map(packageOf)
}

/** The package of an imported path: `ws` for `ws/lib/x.js`. */
export function packageOf(path: string): string {
  return path
    .split('/')
    .slice(0, path.startsWith('@') ? 2 : 1)
    .join('/')
}

function relativeImports(text: string): string[] {
  return [...text.matchAll(RELATIVE)].flatMap((match) => match[2] ?? [])
}

/** What the compiler would look for, in its order: `./parser.js` may be `./parser.ts`. */
function candidatesFor(path: string): string[] {
  const typed = /\.[cm]?js$/.test(path) ? [path.replace(/js$/, 'ts')] : []
  return [...ENDINGS.map((ending) => path + ending), ...typed]
}

function isOutOfBounds(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.') || part === 'node_modules')
}

function readModule(folder: string, path: string): string | undefined {
  const parts = path.split('/')
  for (const [i] of parts.entries()) {
    const found = lstatSync(join(folder, ...parts.slice(0, i + 1)), { throwIfNoEntry: false })
    const isLast = i === parts.length - 1
    if (!(isLast ? found?.isFile() : found?.isDirectory())) return undefined
    if (isLast && found && found.size > MAX_BYTES) return undefined
  }
  return readFileSync(join(folder, path), 'utf8')
}
