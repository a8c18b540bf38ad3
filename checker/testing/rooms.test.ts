import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import ts from 'typescript'

/** The rooms of the checker, from the top down: each may import those below it, and none above. */
const ROOMS = [
  ...['commands', 'completion', 'bench', 'grade', 'play', 'doctor', 'watch', 'verify'],
  'conformance',
  ...['pages', 'report', 'strace', 'progress', 'judge', 'sandbox', 'harness', 'course'],
  ...['terminal', 'program', 'files', 'errors', 'build'],
]
/** What only tests use; it may import anything, and no other room may import it. */
const TESTING = 'testing'
const AT_THE_TOP = ['README.md', 'start.js']

const checker = join(import.meta.dirname, '..')
const sources = readdirSync(checker, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /\.(ts|js)$/.test(path) && !/(^|\/)(dist|node_modules|hostile)\//.test(path))
  // A program that is handed in, and its tests.
  .filter((path) => !/^grade\/canary\/(server|\.hidden)/.test(path))
const shipped = sources.filter((path) => !path.endsWith('.test.ts') && roomOf(path) !== TESTING)
const imports = new Map(shipped.map((path) => [path, importsOf(path)]))

test('nothing lies outside of a room', () => {
  const top = readdirSync(checker, { withFileTypes: true })

  expect(top.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual(AT_THE_TOP)
  const rooms = top.filter((entry) => entry.isDirectory() && entry.name !== 'dist').map(({ name }) => name)
  expect(rooms).toEqual([...ROOMS, TESTING].sort())
})

test('a room imports only those below it', () => {
  const upwards = [...imports].flatMap(([path, imported]) =>
    imported.filter((each) => rankOf(each) < rankOf(path)).map((each) => `${path} imports ${each}`),
  )

  expect(upwards).toEqual([])
})

test('no file imports itself by way of others', () => {
  expect([...imports.keys()].flatMap((path) => circleFrom(path) ?? [])).toEqual([])
})

test('a type that is exported has one meaning', () => {
  const meanings = new Map<string, string[]>()
  const exported = new Set<string>()
  for (const { name, path, isExported } of sources.flatMap(typesIn)) {
    meanings.set(name, [...(meanings.get(name) ?? []), path])
    if (isExported) exported.add(name)
  }

  expect([...meanings].filter(([name, paths]) => exported.has(name) && paths.length > 1)).toEqual([])
})

function roomOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : ''
}

/** The files at the top rank above all rooms, and testing above these. */
function rankOf(path: string): number {
  return roomOf(path) === TESTING ? Number.NEGATIVE_INFINITY : ROOMS.indexOf(roomOf(path))
}

function importsOf(path: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(checker, path), 'utf8'), true, true)
  return importedFiles
    .map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.') && !name.includes('/dist/'))
    .map((name) => posix.join(dirname(path), name))
}

/** A path of imports from a file back to itself. */
function circleFrom(start: string): string | undefined {
  const ways = [[start]]
  const seen = new Set<string>()
  for (const way of ways) {
    for (const next of imports.get(way.at(-1) ?? '') ?? []) {
      if (next === start) return [...way, next].join(' imports ')
      if (!seen.has(next)) ways.push([...way, next])
      seen.add(next)
    }
  }
  return undefined
}

/** The interfaces, types and classes declared at the top level of a source file. */
function typesIn(path: string) {
  const text = path.endsWith('.d.ts') ? '' : readFileSync(join(checker, path), 'utf8')
  const declarations = text.matchAll(/^(export )?(?:abstract )?(?:interface|type|class) (\w+)/gm)
  return [...declarations].map(([, exported, name = '']) => ({
    name,
    path,
    isExported: exported !== undefined,
  }))
}
