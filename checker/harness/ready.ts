import net from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { allAsleep, hasProc, listeningSockets, runDelayMs, socketInodes } from './processes.ts'
import { delay, type Program } from './program.ts'

/** What a program that was started came to, before its first client. */
export type Readiness =
  | { state: 'ready' }
  | { state: 'exited' }
  | { state: 'wrong-port'; address: string; port: number }
  | { state: 'wrong-interface'; address: string }
  | { state: 'silent'; ms: number }

const POLL_MS = 3
/** A look through ps and lsof takes tens of milliseconds. */
const SLOW_POLL_MS = 50
/** How long a program may listen elsewhere only before that counts as its choice. */
const ELSEWHERE_MS = 1000
/** How long a program may sleep, all threads of it, without having listened. */
const ASLEEP_MS = 3000

/**
 * Waits until the program listens on its port: a LISTEN socket that a process of its family owns. No
 * connection is made, so that a server sees its first client when the test has one.
 */
export async function untilReady(program: Program, deadlineMs: number): Promise<Readiness> {
  const start = performance.now()
  const scale = deadlineMs / 10_000
  let lookedAt = 0
  let elsewhereSince: number | undefined
  let awake = { cpu: -1, at: start }
  while (!program.exit) {
    const elapsed = performance.now() - start
    if (worthALook(program, elapsed - lookedAt)) {
      lookedAt = elapsed
      const sockets = listeningSockets(program.family(), program.port)
      const onPort = sockets.filter((socket) => socket.port === program.port)
      if (onPort.some((socket) => reaches(socket.address, program.host))) return { state: 'ready' }
      const [elsewhere] = [...onPort, ...sockets]
      if (elsewhere) {
        elsewhereSince ??= performance.now()
        if (performance.now() - elsewhereSince > ELSEWHERE_MS * scale) return misplaced(elsewhere, program)
      } else {
        elsewhereSince = undefined
      }
    }
    const starved = program.pid === undefined ? 0 : runDelayMs(program.pid)
    if (elapsed - starved > deadlineMs) return { state: 'silent', ms: elapsed }
    if (hasProc && !program.launch.shell) {
      const { cpu, asleep } = program.activity()
      if (cpu !== awake.cpu || !asleep) awake = { cpu, at: performance.now() }
      if (performance.now() - awake.at > ASLEEP_MS * scale) return { state: 'silent', ms: elapsed }
    }
    await delay(hasProc ? POLL_MS : SLOW_POLL_MS)
  }
  await nextTurn()
  return { state: 'exited' }
}

/**
 * A look at the kernel's table, and one at all processes for the family, cost milliseconds each. So they wait until the process has a
 * socket beyond the pipes that we gave it and sleeps, as a server does that listens; and every 50 ms they are made in any case.
 */
function worthALook(program: Program, sinceMs: number): boolean {
  if (!hasProc || program.pid === undefined || sinceMs > SLOW_POLL_MS) return true
  return new Set(socketInodes([program.pid])).size > program.pipes && allAsleep([program.pid])
}

/** True when a connect to `host` arrives at a socket that is bound to `address`. */
function reaches(address: string, host: string): boolean {
  if (address === host || address === '::') return true
  return address === '0.0.0.0' && net.isIPv4(host)
}

function misplaced({ address, port }: { address: string; port: number }, program: Program): Readiness {
  if (port === program.port) return { state: 'wrong-interface', address }
  return { state: 'wrong-port', address, port }
}
