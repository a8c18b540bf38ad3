import net from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { delay } from './delay.ts'
import { hasProc } from './proc.ts'
import { isAsleep, runDelayMs } from './processes.ts'
import type { Program } from './program.ts'
import { listeningSockets, listensEarly, socketInodes } from './sockets.ts'

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
/** How long a look for the listening socket waits for signs of one, and how soon one that found none is followed by the next. */
const ANYWAY_MS = 300
const AGAIN_MS = 15
/** How long one look for the program's children serves. */
const FAMILY_MS = 20
/** How often we ask all threads whether they sleep. */
const ACTIVITY_MS = 100
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
  let askedAt = 0
  let elsewhereSince: number | undefined
  let awake = { cpu: -1, at: start }
  while (!program.exit) {
    const elapsed = performance.now() - start
    if (worthALook(program, elapsed - lookedAt)) {
      lookedAt = elapsed
      const willDo = (address: string) => reaches(address, program.host)
      if (listensEarly(program.family(), program.port, willDo)) return { state: 'ready' }
      const sockets = listeningSockets(program.family(), program.port)
      const onPort = sockets.filter((socket) => socket.port === program.port)
      if (onPort.some((socket) => willDo(socket.address))) return { state: 'ready' }
      const [elsewhere] = [...onPort, ...sockets]
      if (elsewhere) {
        elsewhereSince ??= performance.now()
        if (performance.now() - elsewhereSince > ELSEWHERE_MS * scale) return misplaced(elsewhere, program)
      } else {
        elsewhereSince = undefined
      }
    }
    if (elapsed > deadlineMs && elapsed - starvedMs(program) > deadlineMs)
      return { state: 'silent', ms: elapsed }
    if (hasProc && !program.launch.shell && elapsed - askedAt > ACTIVITY_MS) {
      askedAt = elapsed
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
 * A look at the kernel's table costs milliseconds. So it waits until the family sleeps, as a server does that listens, and has a
 * socket beyond the pipes that we gave it. What cannot be seen so, as one that never sleeps and listens all the same, is looked at now and then.
 */
function worthALook(program: Program, sinceMs: number): boolean {
  if (!hasProc || sinceMs > ANYWAY_MS) return true
  if (sinceMs < AGAIN_MS) return false
  const family = program.family(FAMILY_MS)
  return family.every(isAsleep) && new Set(socketInodes(family)).size > program.pipes
}

function starvedMs({ pid }: Program): number {
  return pid === undefined ? 0 : runDelayMs(pid)
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
