import net from 'node:net'
import getPort, { portNumbers } from 'get-port'
import { hasAddress } from './address.ts'
import { HarnessFault } from './failure.ts'
import { type Launch, Program } from './program.ts'
import { type Readiness, untilReady } from './ready.ts'

/** Below the range from which the kernel takes ports for outgoing connections, so that none of ours is in the way. */
const FIRST_PORT = 15_000
const LAST_PORT = 31_000
const HOST = '127.0.0.1'
/** Ports to try before any other will do. */
const CANDIDATES = 1000
/** How many processes are started before somebody asks: as many as come up while Jest loads. */
const AHEAD = 3
/** How often a program gets another port when somebody else's process took the one it was given. */
const PORT_TRIES = 3

export interface Started {
  program: Program
  readiness: Readiness
}

export interface StartOptions {
  env?: Record<string, string>
  /** Where the machine has it; else it is 127.0.0.1. */
  host?: string
  port?: number
  input?: boolean
}

interface Waiting {
  program: Program
  readiness: Promise<Readiness>
}

/**
 * Starts the learner's program, a fresh process a test, the next one while a test runs. A process that did
 * not come up beside others is ended with them and started again alone: servers that insist
 * on a port of their own are judged by what they do when nobody else is there.
 */
export class Pool {
  readonly launch: Launch
  readonly #deadlineMs: number
  #ahead: Waiting[] = []
  #ending = new Set<Promise<void>>()
  #left: number
  #starting: Promise<void> = Promise.resolve()
  #closed = false

  /** `tests`: how many processes will be asked for at the most; 0 starts none ahead. */
  constructor(launch: Launch, tests: number, deadlineMs: number) {
    this.launch = launch
    this.#left = tests
    this.#deadlineMs = deadlineMs
  }

  /** Starts the next process before anybody asks; resolves when it has been started, not when it is ready. */
  prepare(): Promise<void> {
    this.#starting = this.#startAhead(this.#starting)
    return this.#starting
  }

  /** At most so many more processes will be asked for. */
  limit(tests: number): void {
    this.#left = Math.min(this.#left, tests)
  }

  /** A program on a free port, once it is clear what became of its start. */
  async take(): Promise<Started> {
    await this.#starting
    this.#left -= 1
    const waiting = this.#ahead.shift()
    if (!waiting) return this.#startAlone()
    void this.prepare()
    const readiness = await waiting.readiness
    if (readiness.state === 'ready' || readiness.state === 'silent')
      return { program: waiting.program, readiness }
    this.#left = 0
    await this.#starting
    this.end(waiting.program)
    for (const { program } of this.#ahead.splice(0)) this.end(program)
    return this.#startAlone()
  }

  /** A program with an environment, an address or a port of its own; it is not waited for. */
  async start(options: StartOptions): Promise<Program> {
    await this.settle()
    const host = options.host !== undefined && (await hasAddress(options.host)) ? options.host : HOST
    if (this.#closed) throw new HarnessFault('a program was asked for when the check was over')
    const port = options.port ?? (await freePort(host))
    return new Program(this.launch, { host, port }, options.env ?? {}, options.input)
  }

  /** Waits until the program listens, or will not. */
  ready(program: Program): Promise<Readiness> {
    return untilReady(program, this.#deadlineMs)
  }

  /** Ends a program in the background. */
  end(program: Program): void {
    const ending = program.stop().finally(() => this.#ending.delete(ending))
    this.#ending.add(ending)
  }

  /** Resolves when every program that was to end is gone. */
  async settle(): Promise<void> {
    await Promise.all(this.#ending)
  }

  /** Ends all that still runs. */
  async close(): Promise<void> {
    this.#closed = true
    this.#left = 0
    await this.#starting
    for (const { program } of this.#ahead.splice(0)) this.end(program)
    await this.settle()
  }

  /** One after the other: a test that runs beside others takes a process when it likes. */
  async #startAhead(before: Promise<void>): Promise<void> {
    await before
    while (this.#ahead.length < Math.min(AHEAD, this.#left)) {
      const program = new Program(this.launch, { host: HOST, port: await freePort() }, {})
      this.#ahead.push({ program, readiness: this.ready(program) })
    }
  }

  async #startAlone(): Promise<Started> {
    for (let tries = 1; ; tries += 1) {
      const program = await this.start({})
      const readiness = await this.ready(program)
      // Between our look for a free port and the program's bind another process may have taken it.
      const stolen = readiness.state === 'exited' && (await taken(program.port))
      if (!stolen || tries === PORT_TRIES) return { program, readiness }
      this.end(program)
    }
  }
}

/** A port that nobody listens on now, and that is another one with its bytes swapped: byte order is part of the course. */
export async function freePort(host = HOST): Promise<number> {
  const first = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT - CANDIDATES))
  const candidates = [...portNumbers(first, first + CANDIDATES)].filter((port) => port >> 8 !== (port & 0xff))
  return getPort({ host, port: candidates })
}

/** get-port hands out a port only once, so a second look has to be a bind of our own. */
function taken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.on('error', () => resolve(true))
    server.listen(port, HOST, () => server.close(() => resolve(false)))
  })
}
