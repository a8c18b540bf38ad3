import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'

const POLL_MS = 25

/** True if script can give a command its own terminal, as that of util-linux can. */
export function hasPty(): boolean {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux')
  } catch {
    return false
  }
}

/** A command, what it shows, and the keys pressed in it: for tests. */
export class Screen {
  readonly #process: ChildProcess
  readonly #ended: Promise<number | null>
  #text = ''
  #read = 0

  constructor(command: string, args: readonly string[], cwd: string) {
    this.#process = spawn(command, args, { cwd, env: { ...process.env, TERM: 'xterm', NO_COLOR: '1' } })
    this.#process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#text += text
    })
    this.#ended = new Promise((resolve) => this.#process.on('close', resolve))
  }

  /** The command in a terminal. */
  static inPty(commandLine: string, cwd: string): Screen {
    return new Screen('script', ['-qefc', commandLine, '/dev/null'], cwd)
  }

  /** Waits for words that were not there at the last call. */
  async shows(words: RegExp): Promise<string> {
    for (;;) {
      const fresh = stripVTControlCharacters(this.#text.slice(this.#read))
      if (words.test(fresh)) {
        this.#read = this.#text.length
        return fresh
      }
      if (this.#process.exitCode !== null || this.#process.signalCode !== null)
        throw new Error(`It ended without ${words}:\n${this.#text}`)
      await sleep(POLL_MS)
    }
  }

  /** Everything that it has shown, as a person would read it. */
  get text(): string {
    return stripVTControlCharacters(this.#text)
  }

  press(key: string): void {
    this.#process.stdin?.write(key)
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }

  exitCode(): Promise<number | null> {
    return this.#ended
  }

  async close(): Promise<void> {
    this.#process.kill('SIGKILL')
    await this.#ended
  }
}

/**
 * Waits until no process that was started in the folder is left: what cleans up after others
 * outlives them by a moment.
 */
export async function nothingIsLeft(folder: string): Promise<void> {
  while (execFileSync('ps', ['-ewwo', 'args='], { encoding: 'utf8' }).includes(folder)) await sleep(POLL_MS)
}
