// Builds the checker into checker/dist: one bundle, with chunks for what its processes share. Runs at install, and
// again when a source is newer than the build.
import './node-floor.js'
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'esbuild'

const checker = import.meta.dirname
const dist = join(checker, 'dist')

const ENTRIES = [
  'main',
  'first-judge',
  'judge-main',
  'environment',
  'reporter',
  'runtime',
  'harness/vm',
  'harness/standby-main',
  'bench/floor',
  'bench/node-test',
]
/** CommonJS parts of what is bundled call require, which an ES module does not have. */
const REQUIRE =
  "import { createRequire as toRequire } from 'node:module'; const require = toRequire(import.meta.url);"

export async function buildChecker() {
  const { outputFiles } = await build({
    entryPoints: ENTRIES.map((name) => join(checker, `${name}.ts`)),
    entryNames: '[name]',
    chunkNames: 'chunk-[hash]',
    outdir: dist,
    // Paths stand in the build, which has to be the same from wherever it is made: its hash is a part of every grade's address.
    absWorkingDir: checker,
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: true,
    logLevel: 'error',
    external: [
      'jest',
      'jest-runtime',
      'jest-environment-node',
      'esbuild',
      'typescript',
      '@jest/*',
      'bullmq',
      'ioredis',
    ],
    banner: { js: REQUIRE },
  })
  // File by file, each whole at once, chunks before those who import them: a check that runs meanwhile sees the old
  // build or the new one.
  mkdirSync(dist, { recursive: true })
  const chunksFirst = outputFiles.toSorted((a, b) => Number(isEntry(a.path)) - Number(isEntry(b.path)))
  for (const { path, contents } of chunksFirst) {
    writeFileSync(`${path}.${process.pid}`, contents)
    renameSync(`${path}.${process.pid}`, path)
  }
  removeOld(outputFiles.map(({ path }) => basename(path)))
}

/** Files of earlier builds stay for a week: a watch that has been open since then may still load one. */
const KEPT_MS = 7 * 24 * 3_600_000

function removeOld(names) {
  for (const name of readdirSync(dist)) {
    const path = join(dist, name)
    const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()
    if (!names.includes(name) && Date.now() - written > KEPT_MS) rmSync(path, { force: true })
  }
}

function isEntry(path) {
  return !path.includes('chunk-')
}

if (process.argv[1] === import.meta.filename) await buildChecker()
