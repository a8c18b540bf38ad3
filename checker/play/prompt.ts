import readline from 'node:readline'
import { suspendJob } from '../terminal/suspend.ts'

/** What the person at the terminal does. */
export interface Typist {
  line(text: string): void
  /** Ctrl-D on an empty line, Ctrl-R, Ctrl-T. */
  key(name: 'end' | 'reset' | 'hex'): void
  /** Ctrl-C, or the terminal is gone. */
  leave(): void
  complete(line: string): string[]
}

const KEYS: Record<string, 'reset' | 'hex'> = { r: 'reset', t: 'hex' }

/**
 * A line to type in at the bottom, while text appears above it. The opener has to close it, so that
 * the shell gets the terminal back unchanged.
 */
export class Prompt {
  readonly #typist: Typist
  #lines: readline.Interface
  #history: string[] = []
  #words = '> '
  #closed = false
  /** The line at the bottom is on the screen, if only with the words before it. */
  #shown = false

  constructor(typist: Typist) {
    this.#typist = typist
    this.#lines = this.#open()
    process.stdin.on('keypress', this.#onKey)
    process.stdin.on('end', this.#onEnd)
  }

  /** Prints text above the line, and the line with what was typed so far below it. */
  say(text: string): void {
    if (this.#closed) return
    const { rows } = this.#lines.getCursorPos()
    readline.moveCursor(process.stdout, 0, -rows)
    readline.cursorTo(process.stdout, 0)
    readline.clearScreenDown(process.stdout)
    process.stdout.write(`${text}\n`)
    this.#prompt()
  }

  /** Replaces the words before the line. */
  ask(words: string): void {
    this.#words = words
    this.#lines.setPrompt(words)
    this.#prompt()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    process.stdin.off('keypress', this.#onKey)
    process.stdin.off('end', this.#onEnd)
    this.#lines.close()
    process.stdin.pause()
    if (this.#shown) process.stdout.write('\n')
  }

  async #suspend(): Promise<void> {
    process.stdin.setRawMode(false)
    await suspendJob()
    if (this.#closed) return
    process.stdin.setRawMode(true)
    this.#prompt()
  }

  #open(): readline.Interface {
    const lines = readline.createInterface({
      input: process.stdin,
      output: process.stdout,
      prompt: this.#words,
      history: this.#history,
      completer: (line: string) => [this.#typist.complete(line), line],
    })
    lines.on('line', (text) => {
      this.#shown = false
      this.#typist.line(text)
      this.#prompt()
    })
    lines.on('history', (history) => {
      this.#history = history
    })
    lines.on('SIGINT', () => this.#typist.leave())
    // By itself, readline stops only this process: npm would go on, and the shell would not take
    // the terminal back.
    lines.on('SIGTSTP', () => void this.#suspend())
    lines.on('close', () => this.#onClosed())
    return lines
  }

  /** For readline Ctrl-D is the end of input; for us it is a FIN, and more lines follow. */
  #onClosed(): void {
    if (this.#closed || process.stdin.readableEnded) return
    process.stdout.write('\n')
    this.#lines = this.#open()
    this.#typist.key('end')
    this.#prompt()
  }

  #prompt(): void {
    if (this.#closed) return
    this.#shown = true
    this.#lines.prompt(true)
  }

  readonly #onKey = (_: string | undefined, key: readline.Key | undefined) => {
    const name = key?.ctrl ? KEYS[key.name ?? ''] : undefined
    if (name) this.#typist.key(name)
  }

  readonly #onEnd = () => this.#typist.leave()
}
