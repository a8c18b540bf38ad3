import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import type { Exercise } from '../course/course.ts'
import type { Runnable } from '../course/submission.ts'
import { isInstalled } from '../files/installed.ts'
import { COMPILE_OPTIONS } from '../judge/prepares/compile.ts'
import type { RunFolder } from '../judge/prepares/run-folder.ts'
import { type Prepare, type RunningServer, withServer } from './running-server.ts'

/** One real client and what it must be satisfied with. */
export interface ConformancePiece {
  /** `curl --path-as-is`. */
  name: string
  /** Programs without which it is skipped, or a path such as `/usr/bin/python3`. */
  needs?: readonly string[]
  /**
   * Runs the client against a freshly started server. Throws an Error with a sentence if the client
   * is not satisfied.
   */
  run(server: RunningServer): Promise<void>
}

/** What `solutions/NN-name/conformance.ts` exports. */
export interface Conformance {
  pieces: readonly ConformancePiece[]
  prepare?: Prepare
}

/** A piece, and the server to run it on. */
export interface ConformanceTask {
  exercise: Exercise
  program: Runnable
  piece: ConformancePiece
  prepare: Prepare | undefined
}

/** The result of a piece. */
export interface PieceResult {
  state: 'passed' | 'FAILED' | 'skipped'
  text: string
}

/** Debian's packages for programs whose names differ from their package's. */
const PACKAGES: Record<string, string> = {
  '/usr/lib/python3/dist-packages/redis': 'python3-redis',
  '/usr/lib/python3/dist-packages/websockets': 'python3-websockets',
  ab: 'apache2-utils',
  dig: 'bind9-dnsutils',
  h2load: 'nghttp2-client',
  memccapable: 'libmemcached-tools',
  memcslap: 'libmemcached-tools',
  nginx: 'nginx-light',
  pgbench: 'postgresql',
  psql: 'postgresql-client',
  'redis-benchmark': 'redis-tools',
  'redis-cli': 'redis-tools',
}

/** Loads `conformance.ts` or `load.ts` of a solution; undefined if it has none. */
export async function loadModule<T>(
  root: string,
  exercise: Exercise,
  name: string,
  run: RunFolder,
): Promise<T | undefined> {
  const file = join(root, 'solutions', exercise.name, name)
  if (!existsSync(file)) return undefined
  const outfile = join(run.path, `${exercise.name}-${name.replace(/ts$/, 'mjs')}`)
  await build({ ...COMPILE_OPTIONS, entryPoints: [file], outfile })
  return import(pathToFileURL(outfile).href)
}

/** Runs one piece on its own server. */
export async function runPiece(
  { exercise, program, piece, prepare }: ConformanceTask,
  run: RunFolder,
): Promise<PieceResult> {
  const missing = lackOf(piece.needs)
  if (missing !== undefined) return { state: 'skipped', text: missing }
  const start = performance.now()
  try {
    await withServer(exercise, program, { run, prepare }, (server) => piece.run(server))
  } catch (error) {
    return { state: 'FAILED', text: error instanceof Error ? error.message : `${error}` }
  }
  return { state: 'passed', text: `${((performance.now() - start) / 1000).toFixed(1)}\u00a0s` }
}

/** What is not installed here, and how to get it. */
export function lackOf(needs: readonly string[] = []): string | undefined {
  const name = needs.find((each) => !(each.startsWith('/') ? existsSync(each) : isInstalled(each)))
  if (name === undefined) return undefined
  return `${name} is not installed. On Debian and Ubuntu: apt-get install ${PACKAGES[name] ?? name.split('/').at(-1)}`
}
