import { DebuggerWatch } from './debugger.ts'
import { delay } from './delay.ts'
import { type Exit, exitOfWrapped } from './exit.ts'
import { KeptOutput } from './kept-output.ts'
import type { Launch } from './launch.ts'
import { hasProc } from './proc.ts'
import { killProcess, signalGroup } from './process-group.ts'
import { allAsleep, argumentsOf, childrenOf, cpuMs, familyOf, groupLives } from './processes.ts'
import { type ListeningSocket, listeningSockets } from './sockets.ts'
import { startProcess } from './start-process.ts'

export type OutputListener = (stream: 'stdout' | 'stderr', bytes: Buffer) => void

/** From SIGTERM to SIGKILL. */
const GRACE_MS = 300
const SAMPLE_MS = 20
/**
 * How deep the program is in its sandbox's process tree: below bubblewrap and the first process of
 * the namespace.
 */
const CAGE_DEPTH = 2

/** The learner's process, in its own process group, with what it printed and how it ended. */
export class Program {
  readonly host: string
  readonly port: number
  readonly launch: Launch
  readonly pid: number | undefined
  /** When the program was started, by the judge's clock. */
  readonly begun = performance.now()
  readonly exited: Promise<Exit>
  /** How many pipes it has to us. On Linux they are sockets too. */
  readonly pipes: number
  exit: Exit | undefined
  /** True if we ended it: its exit then means nothing. */
  stopped = false
  /** True if the test asks it to end, so that an exit does not explain another failure. */
  mayExit = false
  onOutput: OutputListener = () => {}

  readonly #child
  readonly #debugger: DebuggerWatch | undefined
  readonly #output = { stdout: new KeptOutput(), stderr: new KeptOutput() }
  /** The program itself, if the process that we started is a sandbox around it. */
  #main: number | undefined
  #family: { at: number; pids: number[] } = { at: Number.NEGATIVE_INFINITY, pids: [] }
  #sample = { at: Number.NEGATIVE_INFINITY, cpu: 0, asleep: false }
  #stopping: Promise<void> | undefined

  constructor(
    launch: Launch,
    address: { host: string; port: number },
    env: Record<string, string>,
    input = false,
  ) {
    this.launch = launch
    this.host = address.host
    this.port = address.port
    this.pipes = input ? 3 : 2
    this.#debugger = launch.inspect === undefined ? undefined : new DebuggerWatch(launch.inspect)
    const own = { HOST: address.host, PORT: `${address.port}`, ...env }
    this.#child = (input ? undefined : launch.standbys?.take(own)) ?? startProcess(launch, own, input)
    this.pid = this.#child.pid
    for (const stream of ['stdout', 'stderr'] as const) {
      this.#child[stream].on('data', (data: Buffer) => {
        const bytes = stream === 'stderr' && this.#debugger ? this.#debugger.heed(data) : data
        if (bytes.length === 0) return
        this.#output[stream].add(bytes)
        this.onOutput(stream, bytes)
      })
    }
    this.exited = this.#ended()
  }

  /** The port on which it listens for a debugger. */
  get debuggerPort(): number | undefined {
    return this.#debugger?.port
  }

  /** True if a debugger holds it up, or one is waited for: meanwhile no time counts. */
  get isHeld(): boolean {
    return !this.exit && this.#debugger?.isHeld === true
  }

  /** Where it listens, on TCP; without the debugger's port. */
  get listening(): ListeningSocket[] {
    const sockets = listeningSockets(this.family(0))
    return sockets.filter(({ port }) => port !== this.debuggerPort)
  }

  /** Its standard streams, for programs that the test talks to through them. */
  get streams() {
    return this.#child
  }

  /** What it printed: the first and the last 7.5 kB of each stream. */
  printed(stream: 'stdout' | 'stderr'): string {
    return this.#output[stream].toString()
  }

  /**
   * The process and its descendants. Looked up at most every 100 ms, as a look walks all processes.
   */
  family(maxAgeMs = 100): number[] {
    if (this.pid === undefined) return []
    const complete = !this.launch.caged || this.#main !== undefined
    if (!complete || performance.now() - this.#family.at > maxAgeMs) {
      this.#family = { at: performance.now(), pids: familyOf(this.pid) }
      this.#main ??= this.#family.pids[CAGE_DEPTH]
    }
    return this.#family.pids
  }

  /** The same without the sandbox around it. */
  members(): number[] {
    return this.family(0).slice(this.launch.caged ? CAGE_DEPTH : 0)
  }

  /**
   * CPU milliseconds used so far, and whether all threads sleep. A look is reused for 20 ms, unless
   * a fresh one is asked for.
   */
  activity(fresh = false): { cpu: number; asleep: boolean } {
    if (fresh || performance.now() - this.#sample.at > SAMPLE_MS) {
      const pids = this.family(1000)
      this.#sample = { at: performance.now(), cpu: cpuMs(pids), asleep: hasProc && allAsleep(pids) }
    }
    return this.#sample
  }

  signal(name: NodeJS.Signals): void {
    if (this.pid === undefined || this.exit) return
    // A program of several processes stops as a whole.
    const whole = (name === 'SIGSTOP' || name === 'SIGCONT') && !this.launch.caged
    for (const pid of whole ? [-this.pid] : this.#heads(this.pid)) {
      try {
        process.kill(pid, name)
      } catch (error) {
        // It may have exited by itself a moment ago: the test sees that, too.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
      }
    }
  }

  /**
   * The program itself: inside the sandbox or, with --run, what the shell has started and waits
   * for, unless the shell has become that program.
   */
  #heads(pid: number): number[] {
    if (this.launch.caged) this.family()
    if (this.launch.caged && this.#main) return [this.#main]
    const isShell = this.launch.shell === true && argumentsOf(pid).endsWith(`-c ${this.launch.command}`)
    const started = isShell ? childrenOf(pid) : []
    return started.length > 0 ? started : [pid]
  }

  /**
   * Ends it and everything it started: SIGTERM, then SIGKILL; with `force`, SIGKILL at once.
   * Resolves when the process is gone.
   */
  stop({ force = false }: { force?: boolean } = {}): Promise<void> {
    this.#stopping ??= this.#stop(force ? 'SIGKILL' : 'SIGTERM')
    return this.#stopping
  }

  async #stop(first: NodeJS.Signals): Promise<void> {
    this.stopped = this.exit === undefined
    this.mayExit = true
    if (this.pid === undefined) return
    // If the environment of processes can be read, those that left the group are found by their
    // mark when the check ends.
    const family = this.exit || hasProc ? [] : familyOf(this.pid)
    if (this.launch.caged) this.signal(first)
    else signalGroup(this.pid, first)
    const patience = new AbortController()
    await Promise.race([this.exited, delay(GRACE_MS, patience.signal)])
    patience.abort()
    if (groupLives(this.pid)) signalGroup(this.pid, 'SIGKILL')
    for (const pid of family) if (pid !== this.pid) killProcess(pid)
    this.#child.stdout.destroy()
    this.#child.stderr.destroy()
    await this.exited
  }

  async #ended(): Promise<Exit> {
    const isWrapped = this.launch.caged || this.launch.shell
    const result = await new Promise<Exit>((resolve) => {
      this.#child.on('exit', (code, signal) =>
        resolve(isWrapped ? exitOfWrapped(code, signal) : { code, signal }),
      )
      this.#child.on('error', (error) => resolve({ code: null, signal: null, error: error.message }))
    })
    this.exit = result
    return result
  }
}
