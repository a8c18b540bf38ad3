import { quote } from '../program/bytes.ts'
import { exitText } from '../program/death.ts'
import type { Program } from '../program/program.ts'
import { scenario } from './running-check.ts'

/**
 * A text that a line has to contain, or a pattern, which may come with what it says: `['that it is
 * taken', /in use|taken/]`.
 */
type Reason = string | RegExp | readonly [says: string, pattern: RegExp]

/** What stderr must hold at an exit: one line that contains each of these, and no stack trace. */
export interface ExitOptions {
  stderr?: readonly Reason[]
}

/**
 * What Node itself prints on stderr about a new or deprecated feature: not one of the program's
 * lines.
 */
const RUNTIME_WARNING = /^\((?:node:\d+\) |Use `node --trace-)/

/** A process of the learner's: a server or a client. */
export class Child {
  protected readonly program: Program

  constructor(program: Program) {
    this.program = program
  }

  /** Sends it a signal. From then on it may exit. */
  async signal(name: NodeJS.Signals): Promise<void> {
    if (name !== 'SIGSTOP' && name !== 'SIGCONT') this.program.mayExit = true
    scenario().conversation.add('signal', { text: name })
    this.program.signal(name)
  }

  /**
   * Stops it while something short is sent, so that all of it is there when the program looks.
   * Programs in other languages are not stopped: a call that they wait in may fail with EINTR,
   * which Node handles.
   */
  async whileStopped(send: () => Promise<unknown>): Promise<void> {
    const { launch } = this.program
    if (launch.imports) this.program.signal('SIGSTOP')
    try {
      await send()
    } finally {
      if (launch.imports) this.program.signal('SIGCONT')
    }
  }

  /** Waits until it has nothing to do: it has finished its work, or waits for something else. */
  untilIdle(): Promise<void> {
    return scenario().untilIdle(this.program)
  }

  /**
   * The same, and until its timers have run out (3 s at most): a program that leaves when a timer
   * says so is gone. If timers cannot be seen, after 0.3 s.
   */
  untilNoTimer(): Promise<void> {
    return scenario().untilNoTimer(this.program)
  }

  /** It exits with this code; if `stderr` is given, it says why in one line. */
  async expectExit(code: number, { stderr }: ExitOptions = {}): Promise<void> {
    this.program.mayExit = true
    const outcome = await scenario().patiently(this.program.exited)
    const { exit } = this.program
    const should = `exit with code ${code}`
    if (!exit) {
      const waited = scenario().waited(outcome === 'late' ? 'late' : 'still')
      throw await scenario().failed({
        code: 'still-running',
        should,
        but: `was still running ${waited} later`,
      })
    }
    if (exit.code !== code) {
      throw await scenario().failed({ code: 'exit-code', should, but: `it ${exitText(exit)}` })
    }
    if (stderr) await this.#expectReason(stderr)
  }

  async #expectReason(reasons: readonly Reason[]): Promise<void> {
    const printed = this.program.printed('stderr')
    const lines = printed.split('\n').filter((line) => line.trim() !== '' && !RUNTIME_WARNING.test(line))
    const should = 'say why it exits in one line on stderr'
    const fail = (but: string) => scenario().failed({ code: 'stderr', should, but })
    if (lines.length === 0) throw await fail('it printed nothing there')
    if (lines.some((line) => /^\s+at .+/.test(line))) throw await fail('it printed a stack trace')
    if (lines.length > 1) throw await fail(`it printed ${lines.length} lines`)
    const line = lines[0] ?? ''
    const missing = reasons.find((reason) => !holds(line, reason))
    if (missing !== undefined) throw await fail(`its line ${lackOf(missing)}: ${quote(line, 120)}`)
  }
}

function holds(line: string, reason: Reason): boolean {
  if (typeof reason === 'string') return line.includes(reason)
  return (isPattern(reason) ? reason : reason[1]).test(line)
}

function lackOf(reason: Reason): string {
  if (typeof reason === 'string') return `lacks ${quote(reason)}`
  return isPattern(reason) ? `lacks ${reason.source.split('|').join(' or ')}` : `does not say ${reason[0]}`
}

/** Duck-typed: a hidden test's RegExp is not an instance of this file's RegExp. */
function isPattern(reason: RegExp | readonly [string, RegExp]): reason is RegExp {
  return 'test' in reason
}
