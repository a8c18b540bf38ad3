import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import type { Exercise } from '../course/course.ts'
import type { ConversationEvent } from '../harness/conversation.ts'
import { newSeed, toJob } from '../judge/asks/jobs.ts'
import type { Judge } from '../judge/asks/judge.ts'
import { compileSubmission, isCompileError } from '../judge/prepares/compile.ts'
import { freePort } from '../program/ports.ts'
import { referenceOf } from '../verify/mistakes.ts'

/** What the tests of an exercise cannot do without, in milliseconds. */
export interface MustSpend {
  tests: number
  /** Processes that the tests start. */
  starts: number
  /** The median of one start. */
  startMs: number
  /** All conversations together. */
  protocolMs: number
}

const STARTS = 5
const RETRY_MS = 2

/**
 * Measures what the tests of an exercise must spend on a right program: as many starts of its
 * process as there are in their conversations, each as long as one bare start takes, and the
 * conversations themselves. A conversation's time runs from event to event, without the stretches
 * in which a process starts. Compiling, Jest, sandboxes, looking for leaks and ending processes are
 * not included.
 */
export async function mustSpend(
  root: string,
  exercise: Exercise,
  judge: Judge,
  folder: string,
): Promise<MustSpend> {
  const file = referenceOf(root, exercise)
  const program = { kind: 'file', file, shipped: exercise.shipped } as const
  const verdict = await judge.judge(toJob(root, exercise, program, newSeed()))
  if (verdict.verdict !== 'pass') throw new Error(`the reference of ${exercise.name} gets ${verdict.verdict}`)
  const events = verdict.tests.map(({ conversation }) => conversation)
  return {
    tests: verdict.tests.length,
    starts: events.flat().filter(({ kind }) => kind === 'start').length,
    startMs: await medianStart(exercise, file, mkdtempSync(join(folder, 'start-'))),
    protocolMs: events.reduce((sum, conversation) => sum + protocolTime(conversation), 0),
  }
}

const STARTING = new Set(['start', 'ready'])

/** Milliseconds of a conversation in which no process starts. */
export function protocolTime(events: readonly Pick<ConversationEvent, 'at' | 'kind'>[]): number {
  return events.reduce((sum, { at, kind }, i) => {
    const before = events[i - 1]
    if (!before || STARTING.has(before.kind) || STARTING.has(kind)) return sum
    return sum + at - before.at
  }, 0)
}

async function medianStart(exercise: Exercise, file: string, folder: string): Promise<number> {
  const compiled = await compileSubmission(file, exercise.shipped, folder)
  if (isCompileError(compiled)) throw new Error(compiled.message)
  const times: number[] = []
  for (let i = 0; i < STARTS; i += 1) times.push(await startOnce(exercise, compiled.file))
  return times.toSorted((a, b) => a - b)[Math.floor(STARTS / 2)] ?? 0
}

/** From the start of a process until it listens, or a client has connected. */
async function startOnce({ subject }: Exercise, file: string): Promise<number> {
  const port = await freePort()
  const listener = subject === 'client' ? await listenOn(port) : undefined
  const start = performance.now()
  const child = spawn(process.execPath, ['--enable-source-maps', file], {
    env: { ...process.env, HOST: '127.0.0.1', PORT: `${port}` },
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const gone = new Promise<never>((_, reject) => {
    child.once('exit', () => reject(new Error(`${file} ended before it was ready`)))
  })
  const ready = listener
    ? new Promise<void>((resolve) => listener.once('connection', () => resolve()))
    : untilAccepted(port, child)
  await Promise.race([ready, gone])
  const ms = performance.now() - start
  listener?.close()
  await end(child)
  return ms
}

function listenOn(port: number): Promise<net.Server> {
  const listener = net.createServer((socket) => socket.on('error', () => {}))
  return new Promise((resolve) => listener.listen(port, '127.0.0.1', () => resolve(listener)))
}

async function untilAccepted(port: number, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const socket = net.connect({ port, host: '127.0.0.1' })
    const accepted = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true))
      socket.once('error', () => resolve(false))
    })
    socket.destroy()
    if (accepted) return
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
  }
}

function end(child: ChildProcess): Promise<void> {
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGKILL')
  return ended
}
