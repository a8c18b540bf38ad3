import { pair } from '../program/address.ts'
import type { Program } from '../program/program.ts'
import type { Readiness } from '../program/ready.ts'
import { isEveryAddress } from '../program/sockets.ts'
import { scenario } from './running-check.ts'
import { Server } from './server.ts'

/** How a server is started. */
export interface ServerOptions {
  /** Environment variables besides HOST and PORT. */
  env?: Record<string, string>
  /** This address instead of 127.0.0.1, if the machine has it. */
  host?: string
  /** This port instead of a free one. */
  port?: number
  /** `'exit'`: for a server that should exit instead of listening. It may pause first. */
  wait?: 'exit'
}

/**
 * Starts the learner's server in a fresh process and waits until it listens on its port.
 * Fails with never-listened, wrong-port, wrong-interface or exited.
 */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const { pool } = scenario()
  const { env, host, port, wait } = options
  if (wait === 'exit') return startForExit(await pool.start(options))
  const usual = !env && host === undefined && port === undefined
  const { program, readiness } = usual ? await pool.take() : await pool.startAlone(options)
  return admit(program, readiness)
}

async function startForExit(program: Program): Promise<Server> {
  scenario().adopt(program)
  program.mayExit = true
  // A program that pauses first has not reached its port yet.
  await scenario().untilNoTimer(program)
  return new Server(program)
}

async function admit(program: Program, readiness: Readiness): Promise<Server> {
  scenario().adopt(program)
  if (readiness.state !== 'ready') throw await notReady(program, readiness)
  scenario().conversation.add('ready', { text: `${program.host}:${program.port}` })
  return new Server(program)
}

function notReady(program: Program, readiness: Readiness) {
  const { port, host } = program
  const should = `listen on ${host}:${port}, the port in PORT`
  switch (readiness.state) {
    case 'wrong-port':
      return scenario().failed({
        code: 'wrong-port',
        should,
        but: `listens on ${pair(readiness.address, readiness.port)}`,
      })
    case 'wrong-interface':
      return scenario().failed({
        code: 'wrong-interface',
        should: `listen on ${host}:${port}${readiness.port === port ? ', the address in HOST' : ' and nowhere else'}`,
        but: `listens on ${pair(readiness.address, readiness.port)}${readiness.port === port ? '' : ' too'}, ${reachOf(readiness, program)}`,
      })
    case 'file':
      return scenario().failed({
        code: 'never-listened',
        should,
        but: `listens on a Unix socket, the file ${readiness.path} (now removed)`,
      })
    case 'silent':
      return scenario().failed({ code: 'never-listened', should, ...silence(readiness) })
    default:
      return scenario().failed({ code: 'exited', should, but: 'its process is gone' })
  }
}

function reachOf({ address }: { address: string }, { host }: Program): string {
  return isEveryAddress(address)
    ? 'which is every address of the machine'
    : `which a client of ${host} cannot reach`
}

function silence({ ms, cpuMs }: { ms: number; cpuMs?: number }): { but: string; spun?: true } {
  const seconds = (time: number) => `${(Math.floor(time / 100) / 10).toFixed(1)} s`
  if (cpuMs === undefined) return { but: `it is running and has not listened after ${seconds(ms)}` }
  const but = `it has not listened after ${seconds(cpuMs)} of CPU time: it computed the whole time`
  return { but, spun: true }
}
