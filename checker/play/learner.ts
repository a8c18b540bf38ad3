import { join } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import type { Exercise } from '../course/course.ts'
import type { Runnable } from '../course/submission.ts'
import { isCompileError } from '../judge/prepares/compile.ts'
import { inTheirWords, toLaunch } from '../judge/prepares/launch.ts'
import { openRunFolder, type RunFolder } from '../judge/prepares/run-folder.ts'
import type { CompileError } from '../judge/verdict.ts'
import { delay } from '../program/delay.ts'
import type { Exit } from '../program/exit.ts'
import { Program } from '../program/program.ts'
import { type Readiness, untilReady } from '../program/ready.ts'
import type { LearnersFile } from '../report/source.ts'
import type { Protocol } from './protocol.ts'

/** Receives what happens to the learner's program, as it happens. */
export interface Watcher {
  printed(stream: 'out' | 'err', lines: readonly string[]): void
  ready(readiness: Readiness): void
  /** It has ended, by itself or because it is being restarted. */
  gone(): void
  /** It ended by itself. `stderr`: the last that it printed there. */
  exited(exit: Exit, stderr: string): void
  broken(error: CompileError): void
  fault(error: unknown): void
}

export interface Setup {
  root: string
  exercise: Exercise
  /** What to start, and in which folder. */
  program: Runnable
  cwd: string
  /** The learner's file; absent for a command of `--run`. */
  file?: LearnersFile
  /** The path of that file, or the command. */
  shown: string
  address: { host: string; port: number }
  /** What the bytes mean, if the exercise defines it. */
  protocol?: Protocol | undefined
  /** Whether a browser may be opened if the exercise has a page for one. */
  browser?: boolean
  /** No symbols, no colour. */
  plain: boolean
  /** How many other terminals already play with this server: one of them has started it. */
  others?: number
}

const DEADLINE_MS = 10_000
/** How long processes that the program started may keep its output open after it has ended. */
const LAST_WORDS_MS = 300

/** The learner's program, compiled and started again on demand. */
export class LearnersProgram {
  readonly #setup: Setup
  readonly #watcher: Watcher
  readonly #folder: RunFolder
  #program: Program | undefined
  #wanted = false
  #working = false
  #over = false

  constructor(setup: Setup, watcher: Watcher) {
    this.#setup = setup
    this.#watcher = watcher
    this.#folder = openRunFolder(setup.root)
  }

  get runs(): boolean {
    return this.#program !== undefined && this.#program.exit === undefined
  }

  /**
   * Ends the program if it runs, and starts its current version. Further calls during a restart
   * cause one more restart.
   */
  async restart(): Promise<void> {
    this.#wanted = true
    if (this.#working) return
    this.#working = true
    try {
      while (this.#wanted && !this.#over) {
        this.#wanted = false
        await this.#program?.stop()
        this.#watcher.gone()
        if (!this.#over) this.#program = await this.#start()
      }
    } catch (error) {
      this.#watcher.fault(error)
    } finally {
      this.#working = false
    }
  }

  /** Writes to its standard input; undefined ends it. */
  type(bytes: Buffer | undefined): void {
    const stdin = this.#program?.streams.stdin
    if (bytes === undefined) stdin?.end()
    else stdin?.write(bytes)
  }

  async stop(): Promise<void> {
    this.#over = true
    await this.#program?.stop()
  }

  async #start(): Promise<Program | undefined> {
    const { exercise, program, cwd, file, address } = this.#setup
    const into = join(this.#folder.path, 'program')
    const { tmp } = this.#folder
    const launch = await toLaunch(program, { into, cwd, tmp })
    if (isCompileError(launch)) {
      this.#watcher.broken(launch)
      return undefined
    }
    if (this.#over) return undefined
    // As in the learner's own shell: DEBUG=1 npm run play 03.
    const env = { ...environment(), TMPDIR: tmp, HOST: address.host, PORT: `${address.port}` }
    const started = new Program(launch, address, env, exercise.subject === 'client')
    // A client that has ended does not read what is typed.
    started.streams.stdin?.on('error', () => {})
    void this.#follow(started, file ? inTheirWords(into, file.shown) : (text) => text)
    if (exercise.subject === 'server') void this.#await(started)
    return started
  }

  async #await(program: Program): Promise<void> {
    try {
      const readiness = await untilReady(program, DEADLINE_MS)
      if (!program.stopped && readiness.state !== 'exited') this.#watcher.ready(readiness)
    } catch (error) {
      this.#watcher.fault(error)
    }
  }

  /** Passes on what it prints, with the file named as the learner knows it, and how it ended. */
  async #follow(program: Program, named: (text: string) => string): Promise<void> {
    const decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') }
    program.onOutput = (stream, bytes) => {
      const text = named(decoders[stream].write(bytes)).replace(/\n$/, '')
      if (!program.stopped) this.#watcher.printed(stream === 'stdout' ? 'out' : 'err', text.split('\n'))
    }
    const exit = await program.exited
    await lastWords(program)
    if (program.stopped) return
    this.#watcher.gone()
    this.#watcher.exited(exit, named(program.printed('stderr')))
  }
}

/** The last output may arrive after the exit event. */
async function lastWords({ streams }: Program): Promise<void> {
  const patience = new AbortController()
  const ends = [streams.stdout, streams.stderr].map(
    (stream) =>
      stream.readableEnded || stream.destroyed || new Promise((resolve) => stream.once('close', resolve)),
  )
  await Promise.race([Promise.all(ends), delay(LAST_WORDS_MS, patience.signal)])
  patience.abort()
}

function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
