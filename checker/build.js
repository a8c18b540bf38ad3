// Builds the checker into checker/dist: one bundle, a chunk for what its processes share. Runs at install, and again when
// a source is newer than the build.
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const checker = import.meta.dirname
const dist = join(checker, 'dist')

export async function buildChecker() {
  await build({
    entryPoints: ['main', 'judge-main', 'environment', 'reporter', 'harness/vm'].map((name) =>
      join(checker, `${name}.ts`),
    ),
    entryNames: '[name]',
    chunkNames: 'chunk-[hash]',
    outdir: dist,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: true,
    logLevel: 'error',
    external: ['jest', 'jest-environment-node', 'esbuild', 'typescript', '@jest/*'],
    // execa's dependencies are CommonJS in parts.
    banner: {
      js: "import { createRequire as toRequire } from 'node:module'; const require = toRequire(import.meta.url);",
    },
  })
}

if (process.argv[1] === import.meta.filename) {
  rmSync(dist, { recursive: true, force: true })
  await buildChecker()
  if (readdirSync(dist).length === 0) throw new Error('the build is empty')
}
