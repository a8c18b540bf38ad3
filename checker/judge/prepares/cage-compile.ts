import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'
import { CAGE_TMP, type Cage, caged } from '../../sandbox/cage.ts'
import type { CompileError } from '../verdict.ts'
import { COMPILE_OPTIONS, type Compiled } from './compile.ts'
import { foreignImport } from './foreign-import.ts'
import { shortened } from './shortened.ts'

/** Far more than a file of one megabyte takes. */
const COMPILE_MS = 30_000
/** How much the compiler may print: for a file of a single line, that line several times. */
const MAX_SAID_BYTES = 4 * 1024 * 1024
/** The compiler ran, and says why it cannot compile the file. */
const REFUSED = 1

/**
 * Compiles `into/source/NAME` to `into` as `compileSubmission` does, but in a sandbox that sees
 * nothing else: an import of a hidden test, a solution or a file of the machine finds nothing.
 */
export async function compileInCage(
  cage: Cage,
  entry: string,
  into: string,
  tsconfig: string,
  shipped: readonly string[],
): Promise<Compiled | CompileError> {
  const metafile = join(into, 'meta.json')
  const mounts = [
    ...['--ro-bind', cage.esbuild, cage.esbuild, '--ro-bind', tsconfig, tsconfig, '--bind', into, into],
    ...['--ro-bind', join(into, 'source'), join(into, 'source')],
  ]
  const flags = [
    `--outdir=${into}`,
    `--metafile=${metafile}`,
    '--log-level=error',
    '--log-limit=1',
    '--color=false',
  ]
  const { status, stderr, fault } = await run(
    caged(cage, mounts, [cage.esbuild, entry, ...toFlags(), ...flags]),
  )
  const source = join(into, 'source')
  const refusal = status === REFUSED ? toCompileError(stderr, basename(entry), source) : undefined
  if (refusal) return refusal
  if (status !== 0) throw new Error(`the compiler gave up: ${fault ?? stderr.slice(0, 500)}`)
  const foreign = foreignImport(JSON.parse(readFileSync(metafile, 'utf8')), {
    source,
    cwd: CAGE_TMP,
    shipped,
  })
  if (foreign) return foreign
  return { file: join(into, basename(entry).replace(/\.ts$/, '.mjs')), imports: importsIn(metafile) }
}

/** Runs the compiler to its end. `fault` says why there is no exit status. */
function run([command, ...args]: [string, ...string[]]): Promise<{
  status: number | undefined
  stderr: string
  fault?: string
}> {
  const limits = { timeout: COMPILE_MS, killSignal: 'SIGKILL', maxBuffer: MAX_SAID_BYTES } as const
  return new Promise((resolve) => {
    execFile(command, args, { encoding: 'utf8', ...limits }, (error, _, stderr) => {
      if (!error) resolve({ status: 0, stderr })
      else if (typeof error.code === 'number') resolve({ status: error.code, stderr })
      else resolve({ status: undefined, stderr, fault: `it was ended (${error.code ?? error.signal})` })
    })
  })
}

/** The options of `compileSubmission` as command-line flags. */
function toFlags(): string[] {
  const { outExtension, logLevel: _, ...options } = COMPILE_OPTIONS
  const plain = Object.entries(options).map(([name, value]) =>
    value === true ? `--${name}` : `--${name}=${value}`,
  )
  return [...plain, ...Object.entries(outExtension).map(([from, to]) => `--out-extension:${from}=${to}`)]
}

/** Reads what esbuild prints for people: its command line has no other format. */
function toCompileError(text: string, file: string, source: string): CompileError | undefined {
  const message = /\[ERROR\] (.+)/.exec(text)?.[1]
  if (message === undefined) return undefined
  const place = /^ {4}(\S.*):(\d+):(\d+):\n +\d+ │ (.*)$/m.exec(text)
  return shortened({
    message,
    file: place?.[1] === undefined ? file : relative(source, resolve(CAGE_TMP, place[1])),
    line: Number(place?.[2] ?? 1),
    column: Number(place?.[3] ?? 0),
    text: place?.[4] ?? '',
  })
}

function importsIn(metafile: string): string[] {
  const { outputs } = JSON.parse(readFileSync(metafile, 'utf8')) as {
    outputs: Record<string, { imports: { path: string; external?: boolean }[] }>
  }
  return Object.values(outputs).flatMap(({ imports }) =>
    imports.filter((each) => each.external).map((each) => each.path),
  )
}
