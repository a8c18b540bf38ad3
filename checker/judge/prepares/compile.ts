import { copyFileSync, mkdirSync, readdirSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { basename, dirname, join, relative, resolve } from 'node:path'
import type { BuildFailure, Plugin } from 'esbuild'
import { localModules } from '../../course/modules.ts'
import type { CompileError } from '../verdict.ts'
import { foreignImport } from './foreign-import.ts'
import { shortened } from './shortened.ts'

/**
 * By require: for an import, Node first reads a whole CommonJS package for the names of its
 * exports, which takes 40 ms.
 */
const { build } = createRequire(import.meta.url)('esbuild') as typeof import('esbuild')

/** A compiled file of the learner's: where it is now, and what it imports. */
export interface Compiled {
  file: string
  imports: string[]
}

/** How learners' files and hidden tests are compiled. */
export const COMPILE_OPTIONS = {
  bundle: true,
  packages: 'external',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: 'inline',
  outExtension: { '.js': '.mjs' },
  logLevel: 'silent',
} as const

/**
 * Compiles the learner's file into `into`, with the modules beside it that it imports and what the
 * exercise ships; nothing else in the submission is read. The source keeps its own name in stack
 * traces.
 */
export async function compileSubmission(
  file: string,
  shipped: readonly string[],
  into: string,
): Promise<Compiled | CompileError> {
  const source = join(into, 'source')
  mkdirSync(source, { recursive: true })
  for (const path of localModules(file)) {
    mkdirSync(dirname(join(source, path)), { recursive: true })
    copyFileSync(join(dirname(file), path), join(source, path))
  }
  for (const path of [...shipped, file]) copyFileSync(path, join(source, basename(path)))
  const entry = join(source, basename(file))
  try {
    const { metafile } = await build({
      ...COMPILE_OPTIONS,
      entryPoints: [entry],
      outdir: into,
      metafile: true,
    })
    const foreign = foreignImport(metafile, { source, cwd: process.cwd(), shipped })
    if (foreign) return { ...foreign, file: join(dirname(file), foreign.file) }
    const [output] = Object.values(metafile.outputs)
    const imports = (output?.imports ?? []).filter((each) => each.external).map((each) => each.path)
    return { file: join(into, basename(file).replace(/\.[cm]?ts$/, '.mjs')), imports }
  } catch (error) {
    return toCompileError(error as BuildFailure, file, source)
  }
}

/**
 * Compiles the hidden tests of these folders, and what says how messages are read, into `into`,
 * where Jest finds plain modules.
 */
export async function compileTests(folders: readonly string[], into: string): Promise<void> {
  const entryPoints = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.test.ts') || name === 'messages.ts')
      .map((name) => ({ in: join(folder, name), out: name.replace(/\.ts$/, '') })),
  )
  await build({
    ...COMPILE_OPTIONS,
    entryPoints,
    outdir: into,
    external: ['#harness'],
    plugins: [realClients],
  })
}

/**
 * The client libraries that hidden tests drive are loaded by Node itself and handed in: Jest would
 * read each of their files again, which takes a second in every check.
 */
const realClients: Plugin = {
  name: 'real clients',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[@a-z]/ }, ({ path, kind }) =>
      kind === 'entry-point' || isBuiltin(path) ? undefined : { path, namespace: 'package' },
    )
    onLoad({ filter: /.*/, namespace: 'package' }, ({ path }) => ({
      contents: `module.exports = globalThis.acceptLoop.require(${JSON.stringify(path)})`,
    }))
  },
}

export function isCompileError(result: object): result is CompileError {
  return 'message' in result && 'column' in result
}

function toCompileError(error: BuildFailure, file: string, source: string): CompileError {
  const [first] = error.errors ?? []
  if (!first) throw error
  const { location } = first
  const inside = location ? relative(source, resolve(location.file)) : basename(file)
  return shortened({
    message: first.text,
    file: join(dirname(file), inside),
    line: location?.line ?? 1,
    column: location?.column ?? 0,
    text: location?.lineText ?? '',
  })
}
