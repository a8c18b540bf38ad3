import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { ConversationEvent } from '../../harness/conversation.ts'
import type { Launcher } from '../../sandbox/sandbox.ts'
import type { Job } from '../job.ts'
import type { FromJudge } from '../serves/serve.ts'
import { type TestResult, VERDICT_VERSION, type Verdict } from '../verdict.ts'

/** How much we keep of the judge's own output, to say what happened if it dies. */
const KEPT_CHARACTERS = 4000

/** The parent's side of a judge process. Jobs run one at a time. */
export class Judge {
  readonly #process: ChildProcess
  readonly #gone: Promise<string>
  #said = ''
  #spent = false
  #hear: (message: FromJudge) => void = () => {}

  /** Starts the process; `root` is the project's folder. */
  constructor(root: string, launcher?: Launcher) {
    const flags = ['--experimental-vm-modules', '--no-warnings']
    const own = [process.execPath, ...flags, join(import.meta.dirname, 'judge-main.cjs')]
    const [command = '', ...args] = [...(launcher?.wrap ?? []), ...own]
    this.#process = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A judge never speaks TLS, and reading extra certificates costs a Node 40 ms.
      env: launcher?.env ?? { ...process.env, NODE_EXTRA_CA_CERTS: undefined },
      // Out of reach of the terminal's Ctrl-C, which would end a sandbox around the judge.
      detached: launcher !== undefined,
    })
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#said = (this.#said + text).slice(-KEPT_CHARACTERS)
      })
    }
    this.#process.on('message', (message: FromJudge) => this.#hear(message))
    this.#gone = new Promise((resolve) => {
      this.#process.on('error', (error) => resolve(error.message))
      this.#process.on('exit', (code, signal) =>
        resolve(signal ? `was killed by ${signal}` : `exited with code ${code}`),
      )
    })
  }

  /** True if it has exited, or must not take another job. */
  get spent(): boolean {
    return this.#spent || !this.#process.connected
  }

  /** Loads what the first job would otherwise wait for. */
  warm(): void {
    this.#send('warm')
  }

  /** Runs one job. A judge that dies gives the verdict `error`: never the learner's fault. */
  async judge(
    job: Job,
    onTest: (result: TestResult) => void = () => {},
    onTurn: (title: string) => void = () => {},
    onEvent: (event: ConversationEvent) => void = () => {},
  ): Promise<Verdict> {
    const start = performance.now()
    const tests: TestResult[] = []
    const answer = new Promise<Verdict>((resolve) => {
      this.#hear = (message) => {
        if (message.kind === 'verdict') {
          this.#spent = message.spent
          resolve(message.verdict)
        }
        if (message.kind === 'turn') onTurn(message.title)
        if (message.kind === 'event') onEvent(message.event)
        if (message.kind === 'test') {
          tests.push(message.result)
          onTest(message.result)
        }
      }
    })
    const death = this.#gone.then((how): Verdict => {
      const message = `the checker's own process ${how}\n${this.#said}`.trim()
      const ms = Math.round(performance.now() - start)
      return {
        version: VERDICT_VERSION,
        exercise: job.exercise,
        verdict: 'error',
        message,
        seed: job.seed,
        ms,
        tests,
      }
    })
    this.#send(job)
    return Promise.race([answer, death])
  }

  /** Hangs up: the judge ends what it started, then itself. */
  async stop(): Promise<void> {
    if (this.#process.connected) this.#process.disconnect()
    await this.#gone
  }

  /** Ends it at once, along with everything it started if it has a sandbox. */
  kill(): void {
    this.#process.kill('SIGKILL')
  }

  #send(message: Job | 'warm'): void {
    // A dead judge is reported by its exit, which says more than a broken pipe.
    if (this.#process.connected) this.#process.send(message, () => {})
  }
}
