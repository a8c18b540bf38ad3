// Builds the checker into checker/dist: the commands, with chunks for what they share, and the
// judge. Runs at install, and again when a source is newer than the build.
import './node-floor.js'
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join, sep } from 'node:path'
import { build } from 'esbuild'
import { readConfig } from 'jest-config'

const checker = join(import.meta.dirname, '..')
const dist = join(checker, 'dist')
const root = join(checker, '..')

const ENTRIES = [
  'commands/main',
  'grade/intake/reader-main',
  'judge/asks/first-judge',
  'harness/vm',
  'program/standby-main',
  'bench/floor',
  'bench/node-test',
]
/**
 * How Jest runs the hidden tests; a check only fills in the folders of the tests and of Jest's
 * cache.
 */
const JEST = {
  rootDir: checker,
  testRegex: ['\\.test\\.mjs$'],
  moduleFileExtensions: ['mjs', 'js', 'json', 'node'],
  transform: {},
  testEnvironment: join(dist, 'environment.cjs'),
  runtime: join(dist, 'runtime.cjs'),
  moduleNameMapper: { '^#harness$': join(dist, 'vm.js') },
  // Only a backstop: every wait of the harness ends long before.
  testTimeout: 300_000,
  watchman: false,
  haste: { forceNodeFilesystemAPI: true },
}
// The judge is one CommonJS file, which loads sooner than ES modules do on Node 20. Jest loads two
// parts of it by path, and must get the very modules that the judge has.
const JUDGE = 'judge.cjs'
const JUDGE_PARTS = {
  'judge-main.cjs': `require('./${JUDGE}').main()\n`,
  'environment.cjs': `module.exports = require('./${JUDGE}').Environment\n`,
  'runtime.cjs': `module.exports = require('./${JUDGE}').JudgeRuntime\n`,
}
/** What import.meta provides, in CommonJS. */
const IMPORT_META = {
  'import.meta.dirname': '__dirname',
  'import.meta.filename': '__filename',
  'import.meta.url': '__url',
}
const URL_OF_FILE = "const __url = require('node:url').pathToFileURL(__filename).href;"
/** Bundled CommonJS parts call require, which an ES module does not have. */
const REQUIRE =
  "import { createRequire as toRequire } from 'node:module'; const require = toRequire(import.meta.url);"

const SHARED = {
  // The build contains paths, but must be the same wherever it is made: its hash is part of every
  // grade's address.
  absWorkingDir: checker,
  write: false,
  bundle: true,
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  logLevel: 'error',
  external: [
    'jest-runner',
    'jest-runtime',
    'jest-watcher',
    'jest-environment-node',
    'esbuild',
    'typescript',
    '@jest/*',
    'bullmq',
    'ioredis',
  ],
}

export async function buildChecker() {
  const [program, judge] = await Promise.all([
    build({
      ...SHARED,
      entryPoints: ENTRIES.map((name) => join(checker, `${name}.ts`)),
      entryNames: '[name]',
      chunkNames: 'chunk-[hash]',
      outdir: dist,
      splitting: true,
      format: 'esm',
      banner: { js: REQUIRE },
    }),
    build({
      ...SHARED,
      entryPoints: [join(checker, 'judge/serves/judge-main.ts')],
      outfile: join(dist, JUDGE),
      format: 'cjs',
      define: IMPORT_META,
      banner: { js: URL_OF_FILE },
    }),
  ])
  const parts = Object.entries(JUDGE_PARTS).map(([name, contents]) => ({ path: join(dist, name), contents }))
  mkdirSync(dist, { recursive: true })
  // Files that others load come before them, and main.js, which tells the build's age, comes last.
  const written = [
    ...put([...judge.outputFiles, ...parts]),
    ...put([{ path: join(dist, 'jest.json'), contents: await toJestConfig() }]),
    ...put(program.outputFiles.toSorted((a, b) => rank(a.path) - rank(b.path))),
  ]
  removeOld(written)
}

// File by file, each written whole: a check that runs meanwhile sees either the old build or the
// new one.
function put(files) {
  return files.map(({ path, contents }) => {
    writeFileSync(`${path}.${process.pid}`, contents)
    renameSync(`${path}.${process.pid}`, path)
    return basename(path)
  })
}

// Jest's defaults and ours, as Jest itself computes them: here, rather than in every check.
async function toJestConfig() {
  const argv = { _: [], $0: 'jest', config: JSON.stringify(JEST), seed: 1 }
  const { globalConfig, projectConfig } = await readConfig(argv, checker)
  const config = { globalConfig, projectConfig: { ...projectConfig, cwd: root } }
  return JSON.stringify(config, (_, value) =>
    isBelow(value, root) ? `<root>${value.slice(root.length)}` : value,
  )
}

function isBelow(value, folder) {
  return typeof value === 'string' && `${value}${sep}`.startsWith(`${folder}${sep}`)
}

/**
 * How long files of earlier builds stay: a watch that has been open since then may still load one.
 */
const KEPT_MS = 7 * 24 * 3_600_000

function removeOld(names) {
  for (const name of readdirSync(dist)) {
    const path = join(dist, name)
    const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()
    if (!names.includes(name) && Date.now() - written > KEPT_MS) rmSync(path, { force: true })
  }
}

function rank(path) {
  if (path.includes('chunk-')) return 0
  return path.endsWith('main.js') ? 2 : 1
}

if (process.argv[1] === import.meta.filename) await buildChecker()
