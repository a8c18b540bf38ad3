import { lstatSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { delay } from './delay.ts'
import { hasProc } from './proc.ts'
import { isAsleep, starvedMs } from './processes.ts'
import type { Program } from './program.ts'
import {
  isEveryAddress,
  type ListeningSocket,
  listeningPaths,
  listensEarly,
  socketInodes,
} from './sockets.ts'

/** How the start of a program went, up to its first client. */
export type Readiness =
  | { state: 'ready' }
  | { state: 'exited' }
  | { state: 'wrong-port'; address: string; port: number }
  /**
   * Clients of HOST may reach it all the same: it listens on every address of the machine, on its
   * port or another one.
   */
  | { state: 'wrong-interface'; address: string; port: number }
  /** `cpuMs`: how much CPU time it used meanwhile, if it was computing. */
  | { state: 'silent'; ms: number; cpuMs?: number }
  /** It listens on a Unix socket named like the address in HOST. */
  | { state: 'file'; path: string }

const POLL_MS = 3
/** A look through ps and lsof takes tens of milliseconds. */
const SLOW_POLL_MS = 50
/**
 * How long we wait for signs of a listening socket before we look anyway, and how soon the next
 * look follows one that found none.
 */
const ANYWAY_MS = 300
const AGAIN_MS = 15
/** How long a list of the program's children is reused. */
const FAMILY_MS = 20
/** How often we check whether all threads sleep. */
const ACTIVITY_MS = 100
/** How long a program may listen only elsewhere before that counts as its choice. */
const ELSEWHERE_MS = 1000
/** How long all threads of a program may sleep before it has listened. */
const ASLEEP_MS = 3000
/** How much CPU time a program may use before it has listened: an endless loop never will. */
const SPIN_MS = 4000
/** The same once it has done so in a test of this check. */
const SPIN_AGAIN_MS = 500
/**
 * A shell command may start a compiler first, so it has until the deadline; it spins if it computed
 * for this share of that time.
 */
const SPIN_SHARE = 0.5

/**
 * Waits until the program listens on its port: a LISTEN socket owned by a process of its family.
 * Makes no connection, so that the server's first client is the test's.
 */
export async function untilReady(
  program: Program,
  deadlineMs: number,
  known: { readonly spins: boolean } = { spins: false },
): Promise<Readiness> {
  let start = performance.now()
  const scale = deadlineMs / 10_000
  let lookedAt = start
  let askedAt = start
  let elsewhereSince: number | undefined
  let awake = { cpu: -1, at: start }
  while (!program.exit) {
    const now = performance.now()
    // Under a debugger, a program is never late.
    if (program.isHeld) start = now
    const elapsed = now - start
    if (worthALook(program, now - lookedAt)) {
      lookedAt = now
      const willDo = (address: string) => isMeantBy(program.host, address)
      if (listensEarly(program.family(), program.port, willDo)) return strayOf(program) ?? { state: 'ready' }
      const sockets = program.listening
      const onPort = sockets.filter((socket) => socket.port === program.port)
      if (onPort.some((socket) => willDo(socket.address))) return strayOf(program) ?? { state: 'ready' }
      const open = onPort.find((socket) => isEveryAddress(socket.address))
      if (open) return misplaced(open, program)
      const path =
        sockets.length === 0 && listeningPaths(program.family()).find((each) => each === program.host)
      if (path) {
        removeSocket(resolve(program.launch.cwd, path))
        return { state: 'file', path }
      }
      const [elsewhere] = [...onPort, ...sockets]
      if (elsewhere) {
        elsewhereSince ??= performance.now()
        if (performance.now() - elsewhereSince > ELSEWHERE_MS * scale) return misplaced(elsewhere, program)
      } else {
        elsewhereSince = undefined
      }
    }
    if (elapsed > deadlineMs && elapsed - starvedMs(program.family()) > deadlineMs)
      return silent(program, elapsed, SPIN_SHARE * deadlineMs)
    if (hasProc && (!program.launch.shell || known.spins) && now - askedAt > ACTIVITY_MS) {
      askedAt = now
      const { cpu, asleep } = program.activity()
      const spinMs = (known.spins ? SPIN_AGAIN_MS : SPIN_MS) * scale
      if (cpu > spinMs) return silent(program, elapsed, spinMs)
      if (cpu !== awake.cpu || !asleep || program.isHeld) awake = { cpu, at: performance.now() }
      if (performance.now() - awake.at > ASLEEP_MS * scale) return { state: 'silent', ms: elapsed }
    }
    await delay(hasProc ? POLL_MS : SLOW_POLL_MS)
  }
  await nextTurn()
  return { state: 'exited' }
}

/** A Unix socket outlives the process that made it: the next one would find the address in use. */
function removeSocket(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket()) rmSync(path)
}

function silent(program: Program, ms: number, spinMs: number): Readiness {
  const { cpu } = program.activity()
  return { state: 'silent', ms, ...(hasProc && cpu > spinMs && { cpuMs: cpu }) }
}

/**
 * A look at the kernel's table costs milliseconds. So we wait until the family sleeps, as a
 * listening server does, and has a socket besides the pipes that we gave it. A program that this
 * cannot detect, such as one that listens but never sleeps, is looked at now and then.
 */
function worthALook(program: Program, sinceMs: number): boolean {
  if (!hasProc || sinceMs > ANYWAY_MS) return true
  if (sinceMs < AGAIN_MS) return false
  const family = program.family(FAMILY_MS)
  return family.every(isAsleep) && new Set(socketInodes(family)).size > program.pipes
}

/** True if a socket bound to `address` is what `host` asks for: `::` accepts IPv4 clients too. */
function isMeantBy(host: string, address: string): boolean {
  return address === host || (host === '0.0.0.0' && address === '::')
}

/**
 * A second listening socket that the whole network can reach. A program with only one socket is not
 * examined further: a look costs milliseconds.
 */
function strayOf(program: Program): Readiness | undefined {
  const family = program.family()
  if (hasProc && new Set(socketInodes(family)).size <= program.pipes + 1) return undefined
  const stray = program.listening.find(
    ({ address, port }) =>
      isEveryAddress(address) && !(port === program.port && isMeantBy(program.host, address)),
  )
  return stray && { state: 'wrong-interface', ...stray }
}

function misplaced({ address, port }: ListeningSocket, program: Program): Readiness {
  return { state: port === program.port ? 'wrong-interface' : 'wrong-port', address, port }
}
