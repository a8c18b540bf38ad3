import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import type { Duplex } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import type { Launch, LearnersProcess } from './launch.ts'
import { environmentOf } from './start-process.ts'

interface Standby {
  process: LearnersProcess
  /** Where it waits for its environment. */
  pipe: Duplex
}

/**
 * Processes that start while the learner is still thinking: each is a Node that waits with the file
 * that it will run, until that is compiled and a test asks for it (see standby-main.ts). This takes
 * all those starts off the time from a save to its verdict.
 */
export class Standbys {
  readonly #launch: Launch
  readonly #count: number
  #waiting: Standby[] = []
  #taken = 0
  #stopped = false

  /** `launch`: of the file that does not exist yet; `main`: the built standby-main. */
  constructor(launch: Launch, main: string, count: number) {
    this.#launch = { ...launch, args: ['--import', main, ...launch.args] }
    this.#count = count
  }

  /** True if they run what this launch would start. */
  areOf({ command, args, cwd }: Launch): boolean {
    const own = this.#launch
    return own.command === command && own.cwd === cwd && own.args.slice(2).join('\0') === args.join('\0')
  }

  /** How many were asked for. */
  get taken(): number {
    return this.#taken
  }

  /** Starts them, one per turn of the event loop, so that other work is not kept waiting. */
  async fill(): Promise<void> {
    while (!this.#stopped && this.#waiting.length < this.#count) {
      this.#waiting.push(this.#start())
      await turn()
    }
  }

  /** Starts no more of them. */
  stopFilling(): void {
    this.#stopped = true
  }

  /** The next one that is ready, now running the file with these variables. */
  take(own: Readonly<Record<string, string>>): LearnersProcess | undefined {
    this.#taken += 1
    let standby = this.#waiting.shift()
    while (standby && isGone(standby)) standby = this.#waiting.shift()
    standby?.pipe.end(`${JSON.stringify(own)}\n`)
    return standby?.process
  }

  /** Ends those that were not used; resolves when they are gone. */
  async close(): Promise<void> {
    this.stopFilling()
    const left = this.#waiting.splice(0).filter((standby) => !isGone(standby))
    const gone = left.map(({ process }) => new Promise((resolve) => process.on('exit', resolve)))
    // A standby whose channel closes exits.
    for (const { pipe } of left) pipe.end()
    await Promise.all(gone)
  }

  #start(): Standby {
    const { command, args, cwd } = this.#launch
    const env = environmentOf(this.#launch, {})
    const stdio: StdioOptions = ['ignore', 'pipe', 'pipe', 'pipe']
    const process = spawn(command, args, { cwd, env, detached: true, stdio }) as ChildProcess &
      LearnersProcess
    const pipe = process.stdio[3] as Duplex
    // A standby that is gone does not hear us: its exit is what the test sees.
    for (const emitter of [process, pipe.resume()]) emitter.on('error', () => {})
    return { process, pipe }
  }
}

function isGone({ process }: Standby): boolean {
  return process.pid === undefined || process.exitCode !== null || process.signalCode !== null
}
