import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { findExercise } from './course.ts'
import { importedPackages, localModules } from './modules.ts'

const folder = mkdtempSync(join(tmpdir(), 'modules-'))
afterAll(() => rmSync(folder, { recursive: true }))

function put(files: Record<string, string>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return join(folder, 'server.ts')
}

test('finds what is imported beside a file, as the compiler does, and what that imports', () => {
  const file = put({
    'server.ts':
      "import './parser.ts'\nimport x from \"./lib/names.js\"\nexport * from './data'\nimport('./late.mjs')",
    'parser.ts': "import './lib'",
    'lib/names.ts': "import '../table.json'\nimport '../server.ts'",
    'lib/index.ts': '',
    'data.ts': '',
    'late.mjs': '',
    'table.json': '{}',
    'unused.ts': '',
  })

  expect(localModules(file).sort()).toEqual([
    ...['data.ts', 'late.mjs', 'lib/index.ts', 'lib/names.ts', 'parser.ts', 'table.json'],
  ])
})

test('leaves the folder for nothing, by no link, and takes nothing hidden, large or without end', () => {
  writeFileSync(join(folder, '..', `${process.pid}.ts`), '')
  const file = put({
    'server.ts': `import '../${process.pid}.ts'\nimport './.hidden/x.ts'\nimport './node_modules/x.ts'\nimport './link.ts'\nimport './large.ts'\nimport './a/../../${process.pid}.ts'`,
    '.hidden/x.ts': '',
    'node_modules/x.ts': '',
    'large.ts': 'x'.repeat(300_000),
  })
  symlinkSync('parser.ts', join(folder, 'link.ts'))

  expect(localModules(file)).toEqual([])
  rmSync(join(folder, '..', `${process.pid}.ts`))
})

test('what an exercise ships is what its stub needs: a file of the learner’s beside it is not', () => {
  const root = join(folder, 'course')
  const at = (name: string) => join('course', 'exercises', '05-calls', name)
  put({
    [at('server.ts')]: '',
    [at('libc.ts')]: "import './errno.ts'",
    [at('errno.ts')]: '',
    [at('parser.ts')]: '',
    [at('.hidden/server.ts.txt')]: "import * as libc from './libc.ts'",
  })
  const exercise = findExercise(root, '05')

  expect(
    'near' in exercise || exercise.shipped.map((path) => path.slice(exercise.folder.length + 1)),
  ).toEqual(['errno.ts', 'libc.ts'])
})

test('reads a hostile text in no time', () => {
  const started = performance.now()
  for (const text of ["'./".repeat(80_000), "import '".repeat(30_000), `import${' '.repeat(250_000)}`])
    localModules(put({ 'server.ts': text }))

  expect(performance.now() - started).toBeLessThan(5000)
})

test('names packages, not parts of them', () => {
  expect(
    importedPackages("import ws from 'ws/lib/x.js'\nimport '@a/b/c'\nimport 'node:net'\nimport './x.ts'"),
  ).toEqual(['ws', '@a/b'])
})
