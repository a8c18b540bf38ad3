import { lstatSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, posix } from 'node:path'

/** The largest file that a program may consist of, and how many. */
const MAX_BYTES = 256 * 1024
const MAX_MODULES = 64
/** A path in quotes, as an import has it; bounded, since learners decide how long a line is. */
const RELATIVE = /(['"`])(\.{1,2}\/[^'"`\s]{1,200})\1/g
const ENDINGS = ['', '.ts', '.js', '.mjs', '.json', '/index.ts', '/index.js']

/**
 * Walks through the modules that a file imports by a relative path, and these in turn: asks for
 * each by its path from the file's folder, and is told its text, or undefined if there is none.
 * None is outside of that folder, nor hidden, nor in node_modules. What looks like an import may be
 * none.
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

/** The paths of the modules beside a file on this machine that it needs; no link is followed. */
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

/** The package of a path that is imported: `ws` of `ws/lib/x.js`. */
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
