import net from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { hasProc, listeningSockets, socketInodes } from './processes.ts'
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
  let elsewhereSince: number | undefined
  let awake = { cpu: -1, at: start }
  while (!program.exit) {
    const elapsed = performance.now() - start
    const family = program.family()
    // A look at the kernel's table costs milliseconds: it waits for a socket beyond the pipes that we gave. From
    // then on each round looks, since a socket is made first and listens later.
    if (!hasProc || new Set(socketInodes(family)).size > program.pipes) {
      const sockets = listeningSockets(family)
      const onPort = sockets.filter((socket) => socket.port === program.port)
      if (onPort.some((socket) => reaches(socket.address, program.host))) return { state: 'ready' }
      const [elsewhere] = [...onPort, ...sockets]
      if (elsewhere) {
        elsewhereSince ??= performance.now()
        if (performance.now() - elsewhereSince > ELSEWHERE_MS * scale) return misplaced(elsewhere, program)
        await delay(SLOW_POLL_MS)
      } else {
        elsewhereSince = undefined
      }
    }
    if (elapsed > deadlineMs) return { state: 'silent', ms: elapsed }
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

/** True when a connect to `host` arrives at a socket that is bound to `address`. */
function reaches(address: string, host: string): boolean {
  if (address === host || address === '::') return true
  return address === '0.0.0.0' && net.isIPv4(host)
}

function misplaced({ address, port }: { address: string; port: number }, program: Program): Readiness {
  if (port === program.port) return { state: 'wrong-interface', address }
  return { state: 'wrong-port', address, port }
}
