import { hasAddress } from '../program/address.ts'
import { untilCalm } from '../program/calm.ts'
import { forDebugger } from '../program/debugger.ts'
import type { Launch } from '../program/launch.ts'
import { claimPort, isTaken, type Release } from '../program/ports.ts'
import { Program } from '../program/program.ts'
import { type Readiness, untilReady } from '../program/ready.ts'
import { HarnessFault } from './failure.ts'
import type { Known } from './known.ts'

const HOST = '127.0.0.1'
/** How many processes are started ahead: as many as come up while Jest loads. */
const AHEAD = 3
/** Outcomes of a start that other processes running beside it cannot have caused. */
const COMES_UP: ReadonlySet<Readiness['state']> = new Set(['ready', 'silent', 'file', 'wrong-interface'])
/** How often a program gets another port if another process took the one it was given. */
const PORT_TRIES = 3

export interface Started {
  program: Program
  readiness: Readiness
}

export interface StartOptions {
  env?: Record<string, string>
  /** If the machine has this address; else it is 127.0.0.1. */
  host?: string
  port?: number
  input?: boolean
}

interface Waiting {
  program: Program
  readiness: Promise<Readiness>
  isReady: boolean
}

/**
 * Starts the learner's program, a fresh process for each test, the next one while a test runs. A
 * process that did not come up beside others is ended along with them and started again alone:
 * servers that insist on one port are judged by what they do when nothing else runs.
 */
export class Pool {
  readonly launch: Launch
  readonly #deadlineMs: number
  readonly #known: Known
  #ahead: Waiting[] = []
  #ending = new Set<Promise<void>>()
  #claims = new Map<Program, Release>()
  #started = 0
  #left: number
  /** True if the program does not come up beside others. */
  #insists = false
  #ranBeside = false
  #starting: Promise<void> = Promise.resolve()
  #closed = false

  /**
   * `tests`: how many processes will be asked for, as far as is known; with 0 none is started
   * ahead.
   */
  constructor(
    launch: Launch,
    tests: number,
    deadlineMs: number,
    known: Known = { failed: false, spins: false },
  ) {
    this.launch = launch
    this.#left = tests
    this.#deadlineMs = deadlineMs
    this.#known = known
  }

  /**
   * Starts the next process before it is asked for; resolves when it has been started, not when it
   * is ready.
   */
  prepare(): Promise<void> {
    this.#starting = this.#startAhead(this.#starting)
    return this.#starting
  }

  /** This many more processes will be asked for. */
  expect(tests: number): void {
    if (this.#insists) return
    this.#left = tests
    void this.prepare()
  }

  /** True once two programs are known to run beside each other. */
  get runBesideEachOther(): boolean {
    return this.#ranBeside && !this.#insists
  }

  /**
   * Checks whether the processes started ahead run beside each other. One that insists on one port
   * listens first, and then dies.
   */
  async lookBeside(): Promise<void> {
    const ready = this.#ahead.filter(({ isReady }) => isReady).map(({ program }) => program)
    await untilCalm(() => ready.filter(({ exit }) => !exit), this.#deadlineMs)
    this.#ranBeside ||= ready.filter(({ exit, stopped }) => !exit || stopped).length > 1
  }

  /** A program on a free port, once it is clear how its start went. */
  async take(): Promise<Started> {
    await this.#starting
    this.#left -= 1
    const waiting = this.#ahead.shift()
    if (!waiting) return this.startAlone()
    void this.prepare()
    const readiness = await waiting.readiness
    const { program } = waiting
    if (COMES_UP.has(readiness.state)) return { program, readiness }
    // If it was the only one, starting it again alone would only show the same.
    if (this.#started === 1 && !(await isStolen(program, readiness))) return { program, readiness }
    this.#insists = true
    this.#left = 0
    await this.#starting
    this.end(program)
    for (const { program } of this.#ahead.splice(0)) this.end(program)
    return this.startAlone()
  }

  /** A program with its own environment, address or port; does not wait for it. */
  async start(options: StartOptions): Promise<Program> {
    await this.settle()
    const host = options.host !== undefined && (await hasAddress(options.host)) ? options.host : HOST
    if (this.#closed) throw new HarnessFault('a program was asked for when the check was over')
    const { port, release } =
      options.port === undefined ? await claimPort(host) : { port: options.port, release: () => {} }
    return this.#keep(
      new Program(this.#nextLaunch(), { host, port }, options.env ?? {}, options.input),
      release,
    )
  }

  /** The same, once it is clear how its start went. */
  async startAlone(options: StartOptions = {}): Promise<Started> {
    for (let tries = 1; ; tries += 1) {
      const program = await this.start(options)
      const readiness = await this.ready(program)
      const stolen = options.port === undefined && (await isStolen(program, readiness))
      if (!stolen || tries === PORT_TRIES) return { program, readiness }
      this.end(program)
    }
  }

  /** Waits until the program listens, or is sure not to. */
  ready(program: Program): Promise<Readiness> {
    return untilReady(program, this.#deadlineMs, this.#known)
  }

  /** Ends a program in the background. */
  end(program: Program): void {
    const ending = program.stop().finally(() => {
      this.#ending.delete(ending)
      this.#claims.get(program)?.()
      this.#claims.delete(program)
    })
    this.#ending.add(ending)
  }

  /** Resolves when every program that was to end has exited. */
  async settle(): Promise<void> {
    await Promise.all(this.#ending)
  }

  /** Ends everything that still runs. */
  async close(): Promise<void> {
    this.#closed = true
    this.#left = 0
    await this.#starting
    for (const { program } of this.#ahead.splice(0)) this.end(program)
    await this.settle()
  }

  /** One after the other: a test that runs beside others takes a process whenever it likes. */
  async #startAhead(before: Promise<void>): Promise<void> {
    await before
    while (this.#ahead.length < Math.min(AHEAD, this.#left)) {
      const { port, release } = await claimPort(HOST)
      const program = this.#keep(new Program(this.#nextLaunch(), { host: HOST, port }, {}), release)
      const waiting = { program, readiness: this.ready(program), isReady: false }
      waiting.readiness.then(
        ({ state }) => {
          waiting.isReady = state === 'ready'
        },
        // The caller of take() gets the error.
        () => {},
      )
      this.#ahead.push(waiting)
    }
  }

  /**
   * How the next process is started. If one is to be debugged it is the first, as only one can have
   * the debugger's port.
   */
  #nextLaunch(): Launch {
    const { inspect, ...launch } = this.launch
    return this.#started === 0 && inspect !== undefined ? forDebugger({ ...launch, inspect }) : launch
  }

  /** Keeps the program's port ours until `end`: a test may start a successor on it. */
  #keep(program: Program, release: Release): Program {
    this.#started += 1
    this.#claims.set(program, release)
    return program
  }
}

/** True if a process that claims no ports may have taken the program's port before it did. */
async function isStolen({ port, host }: Program, { state }: Readiness): Promise<boolean> {
  return state === 'exited' && (await isTaken(port, host))
}
