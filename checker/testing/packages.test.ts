import { readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join, resolve } from 'node:path'
import ts from 'typescript'

/**
 * With a package manager that keeps packages apart, such as pnpm, only declared packages can be
 * imported.
 */
const root = resolve(import.meta.dirname, '../..')
/** What is installed with `npm ci --prefix checker/grade/queue`. */
const QUEUE = 'checker/grade/queue/'

test('every package that the checker imports is declared', () => {
  const files = readdirSync(join(root, 'checker'), { recursive: true, encoding: 'utf8' })
    .map((path) => `checker/${path}`)
    .filter((path) => /\.[cm]?[jt]s$/.test(path) && !/\/(dist|node_modules|hostile)\//.test(path))

  const undeclared = files.flatMap((file) => {
    const declared = [
      ...declaredIn('package.json'),
      ...(file.startsWith(QUEUE) ? declaredIn(`${QUEUE}package.json`) : []),
    ]
    return packagesOf(file)
      .filter((name) => !declared.includes(name))
      .map((name) => `${file}: ${name}`)
  })

  expect(files.length).toBeGreaterThan(100)
  expect(undeclared).toEqual([])
})

function declaredIn(path: string): string[] {
  const { dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync(join(root, path), 'utf8'))
  return Object.keys({ ...dependencies, ...devDependencies })
}

/**
 * The packages that a file imports or requires: the first part of anything that is not a path, or
 * the first two parts of `@scope/name`.
 */
function packagesOf(file: string): string[] {
  return ts
    .preProcessFile(readFileSync(join(root, file), 'utf8'), true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => !/^[./#]/.test(name) && !isBuiltin(name))
    .map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'))
}
