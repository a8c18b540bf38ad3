import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Job } from './job.ts'
import type { FromJudge } from './judge.ts'
import { type TestResult, VERDICT_VERSION, type Verdict } from './verdict.ts'

/** What we keep of the judge's own output, to say what happened when it dies. */
const KEPT_CHARACTERS = 4000

/** The parent's side of a judge process. Jobs go one at a time. */
export class Judge {
  readonly #process: ChildProcess
  readonly #gone: Promise<string>
  #said = ''
  #hear: (message: FromJudge) => void = () => {}

  /** Starts the process; `root` is the project's folder. */
  constructor(root: string) {
    const flags = ['--experimental-vm-modules', '--no-warnings']
    this.#process = spawn(process.execPath, [...flags, join(import.meta.dirname, 'judge-main.js')], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
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

  /** Loads what the first job would otherwise wait for. */
  warm(): void {
    this.#send('warm')
  }

  /** Runs one job. A judge that dies gives the verdict `error`: never the learner's fault. */
  async judge(job: Job, onTest: (result: TestResult) => void = () => {}): Promise<Verdict> {
    const start = performance.now()
    const tests: TestResult[] = []
    const answer = new Promise<Verdict>((resolve) => {
      this.#hear = (message) => {
        if (message.kind === 'verdict') resolve(message.verdict)
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

  /** Hangs up: the judge ends what it started, and itself. */
  async stop(): Promise<void> {
    if (this.#process.connected) this.#process.disconnect()
    await this.#gone
  }

  #send(message: Job | 'warm'): void {
    if (this.#process.connected) this.#process.send(message)
  }
}
