import { once } from 'node:events'
import { mkdirSync, mkdtempSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { execa } from 'execa'
import type { Exercise } from '../course/course.ts'
import type { Runnable } from '../course/submission.ts'
import { isCompileError } from '../judge/prepares/compile.ts'
import { toLaunch } from '../judge/prepares/launch.ts'
import type { RunFolder } from '../judge/prepares/run-folder.ts'
import { deathText } from '../program/death.ts'
import { claimPort } from '../program/ports.ts'
import { Program } from '../program/program.ts'
import { untilReady } from '../program/ready.ts'

const READY_MS = 10_000
/** How long a real client may take, or one exchange of bytes. */
const CLIENT_MS = 60_000
const EXCHANGE_MS = 10_000

/** A freshly started server, for a real client to connect to. */
export interface RunningServer {
  host: string
  port: number
  /** The folder that `prepare` has filled. */
  folder: string
  /**
   * Runs a program, with `input` as its standard input. Throws if it exits with a code other than
   * 0, or does not end, unless it `mayFail`.
   */
  run(command: readonly [string, ...string[]], options?: RunOptions): Promise<RanProgram>
  /**
   * Sends these bytes and FIN on a new connection, and returns everything that comes until the
   * connection ends.
   */
  exchange(bytes: string | Uint8Array): Promise<Buffer>
  /** The process whose resident memory and the like are measured. */
  pid: number
}

/** What a program printed, and how it ended. */
export interface RanProgram {
  stdout: string
  stderr: string
  code: number
}

interface RunOptions {
  input?: string
  mayFail?: boolean
}

/**
 * Creates what the server should find in its folder, and returns the environment that it is started
 * with.
 */
export type Prepare = (folder: string) => Record<string, string> | Promise<Record<string, string>>

/**
 * Starts a program of an exercise, has `work` done with it, and ends it. Throws if the program does
 * not listen, or dies meanwhile.
 */
export async function withServer<T>(
  exercise: Exercise,
  program: Runnable,
  { run, prepare = () => ({}) }: { run: RunFolder; prepare?: Prepare | undefined },
  work: (server: RunningServer) => Promise<T>,
): Promise<T> {
  const place = mkdtempSync(join(run.path, `${exercise.number}-`))
  const folder = join(place, 'folder')
  mkdirSync(folder)
  const launch = await toLaunch(program, { into: join(place, 'program'), cwd: folder, tmp: run.tmp })
  if (isCompileError(launch)) throw new Error(`The server does not compile: ${launch.message}.`)
  const env = await prepare(folder)
  const { port, release } = await claimPort()
  const started = new Program(launch, { host: '127.0.0.1', port }, env)
  try {
    const { state } = await untilReady(started, READY_MS)
    if (started.exit) throw new Error(`The server did not come up: ${deathText(started)}.`)
    if (state !== 'ready') throw new Error(`The server did not listen on ${started.host}:${port}.`)
    const { host, pid = 0 } = started
    const result = await work({
      host,
      port,
      pid,
      folder,
      run: runProgram,
      exchange: (bytes) => exchange(host, port, bytes),
    })
    if (started.exit) throw new Error(`The server should live on, but ${deathText(started)}.`)
    return result
  } finally {
    await started.stop()
    release()
  }
}

async function runProgram(
  [command, ...args]: readonly [string, ...string[]],
  { input = '', mayFail = false }: RunOptions = {},
): Promise<RanProgram> {
  const { stdout, stderr, exitCode, timedOut } = await execa(command, args, {
    input,
    reject: false,
    timeout: CLIENT_MS,
    killSignal: 'SIGKILL',
    stripFinalNewline: false,
  })
  const ran = { stdout, stderr, code: exitCode ?? -1 }
  if (timedOut) throw new Error(`${command} had no end of it after ${CLIENT_MS / 1000} s.`)
  if (exitCode === 0 || mayFail) return ran
  throw new Error(
    `${command} ended with code ${exitCode}: ${lastLine(stderr) || lastLine(stdout) || 'it said nothing'}`,
  )
}

async function exchange(host: string, port: number, bytes: string | Uint8Array): Promise<Buffer> {
  const socket = net.connect({ host, port, allowHalfOpen: true })
  const received: Buffer[] = []
  socket.on('data', (chunk) => received.push(chunk))
  // A reset is an end too: what came before it counts.
  socket.on('error', () => {})
  socket.setTimeout(EXCHANGE_MS, () => socket.destroy())
  socket.end(bytes)
  await once(socket, 'close')
  return Buffer.concat(received)
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}
