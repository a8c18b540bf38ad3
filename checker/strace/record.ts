import { closeSync, openSync, readSync, statSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { killStrays, type RunFolder } from '../judge/prepares/run-folder.ts'
import { delay } from '../program/delay.ts'
import type { Launch } from '../program/launch.ts'
import { freePort } from '../program/ports.ts'
import { Program } from '../program/program.ts'
import { type Readiness, untilReady } from '../program/ready.ts'
import { isEveryAddress } from '../program/sockets.ts'
import { withLines } from './lines.ts'
import { play } from './play.ts'
import type { ScriptStep } from './script.ts'
import { Stage } from './stage.ts'
import { complaintOf, hasStarted, onSockets, underStrace } from './strace.ts'
import { parseStrace } from './strace-output.ts'
import type { Trace } from './trace.ts'

const HOST = '127.0.0.1'
const READY_MS = 10_000
const GRACE_MS = 500
/** How much of the trace is read. */
const MAX_BYTES = 1024 * 1024

/** The program to trace. */
export interface TracedProgram {
  exercise: string
  subject: Trace['subject']
  file: string
  launch: Launch
  port?: number
  epoll?: boolean
}

/** strace may not trace: a container or the kernel's settings forbid it. */
export class NotPermitted extends Error {}

/**
 * Starts the program under strace, plays the conversation, ends the program, and returns what was
 * seen on both sides.
 */
export async function record(
  subject: TracedProgram,
  script: readonly ScriptStep[],
  folder: RunFolder,
): Promise<Trace> {
  const file = join(folder.path, 'strace.txt')
  const launch = underStrace(subject.launch, file, subject.epoll ?? false)
  const server = subject.subject === 'client' ? await listen() : undefined
  const port = server ? (server.address() as net.AddressInfo).port : (subject.port ?? (await freePort()))
  const program = new Program(launch, { host: HOST, port }, {}, server !== undefined)
  const stage = new Stage(program, server)
  try {
    const remark = server ? undefined : remarkOn(await untilReady(program, READY_MS), program)
    const seen = () => `${sizeOf(file)} ${stage.happenings.length}`
    if (remark === undefined) await play(script, program, stage, seen)
    await end(program, stage)
    const { calls } = parseStrace(readTrace(file))
    if (!hasStarted(calls)) {
      throw new NotPermitted(
        complaintOf(program.printed('stderr')) ?? program.exit?.error ?? 'strace did not start the program',
      )
    }
    return {
      exercise: subject.exercise,
      subject: subject.subject,
      file: subject.file,
      port,
      calls: withLines(onSockets(calls)),
      happenings: stage.happenings,
      stdout: program.printed('stdout'),
      stderr: withoutOurs(program.printed('stderr')),
      ...(remark !== undefined && { remark }),
    }
  } finally {
    stage.leave()
    await program.stop()
    killStrays(folder)
  }
}

/**
 * Ends the program itself rather than strace, which then has time to write the rest of the trace.
 */
async function end(program: Program, stage: Stage): Promise<void> {
  if (!program.exit) {
    const [, ...traced] = program.family(0)
    stage.add('signal', { text: 'SIGTERM' })
    for (const pid of traced) kill(pid)
    const patience = new AbortController()
    await Promise.race([program.exited, delay(GRACE_MS, patience.signal)])
    patience.abort()
  }
  const { exit } = program
  if (!exit) stage.add('signal', { text: 'SIGKILL' })
  else
    stage.add('exit', { text: exit.signal ? `was ended by ${exit.signal}` : `exited with code ${exit.code}` })
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM')
  } catch {
    // Gone already.
  }
}

async function listen(): Promise<net.Server> {
  const server = net.createServer({ allowHalfOpen: true })
  server.listen(0, HOST)
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject))
  return server
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

/** The beginning of strace's output; a program that spins makes an endless trace. */
function readTrace(file: string): string {
  if (sizeOf(file) === 0) return ''
  const fd = openSync(file, 'r')
  try {
    const bytes = Buffer.alloc(Math.min(sizeOf(file), MAX_BYTES))
    return bytes.toString('latin1', 0, readSync(fd, bytes))
  } finally {
    closeSync(fd)
  }
}

/**
 * Leaves out strace's own messages, and stack frames of the modules that we loaded into the
 * program.
 */
function withoutOurs(stderr: string): string {
  return stderr
    .split('\n')
    .filter((line) => !line.startsWith('strace: ') && !/^\s+at .*mark-(net|libc)/.test(line))
    .join('\n')
}

/** If the server is not listening where it should, says why no client could reach it. */
function remarkOn(readiness: Readiness, { host, port }: Program): string | undefined {
  if (readiness.state === 'wrong-port') {
    return `The server listens on ${readiness.address}:${readiness.port}, but this exercise gives the port in PORT (${port}), so no client connected.`
  }
  if (readiness.state === 'wrong-interface' && !isEveryAddress(readiness.address)) {
    return `The server listens on ${readiness.address}:${port}, but should listen on HOST (${host}), so no client connected.`
  }
  if (readiness.state === 'silent') {
    return `The server should listen on ${host}:${port}, but did not within ${(readiness.ms / 1000).toFixed(1)} s, so no client connected.`
  }
  return undefined
}
