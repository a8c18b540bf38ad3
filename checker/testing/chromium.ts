import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { isInstalled } from '../files/installed.ts'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** The name of a Chromium on this machine, if there is one. */
export const chromiumName = NAMES.find(isInstalled)

interface BrowserMessage {
  id?: number
  method?: string
  params?: Record<string, unknown>
  result?: Record<string, unknown>
  error?: { message: string }
  sessionId?: string
}

/**
 * A headless Chromium with one tab, for tests of pages. Controlled over two pipes: it opens no
 * port.
 */
export class Chromium {
  /**
   * What should not have happened: errors, blocked styles and scripts, dialogs, requests that leave
   * the page.
   */
  readonly complaints: string[] = []
  readonly #process: ChildProcess
  readonly #profile: string
  readonly #answers = new Map<number, (message: BrowserMessage) => void>()
  #session: string | undefined
  #sent = 0

  private constructor(name: string) {
    this.#profile = mkdtempSync(join(tmpdir(), 'accept-loop-chromium-'))
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking']
    const own = ['--remote-debugging-pipe', `--user-data-dir=${this.#profile}`, '--no-first-run']
    this.#process = spawn(name, [...flags, ...own, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    })
    // For example, if the path of its profile is too long for a socket.
    this.#process.once('exit', () => {
      for (const answer of this.#answers.values()) answer({ error: { message: 'Chromium has ended' } })
    })
    let rest = ''
    const messages = this.#process.stdio[4] as Readable
    messages.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\0')
      rest = parts.pop() ?? ''
      for (const part of parts) this.#hear(JSON.parse(part) as BrowserMessage)
    })
  }

  static async start(name: string): Promise<Chromium> {
    const browser = new Chromium(name)
    const { targetId } = await browser.send('Target.createTarget', { url: 'about:blank' })
    const { sessionId } = await browser.send('Target.attachToTarget', { targetId, flatten: true })
    browser.#session = `${sessionId}`
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await browser.send(`${domain}.enable`)
    return browser
  }

  /** Shows a file, in a window of this width. */
  async open(path: string, { width = 1280, dark = false } = {}): Promise<void> {
    const metrics = { width, height: 900, deviceScaleFactor: 1, mobile: false }
    const features = [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }]
    await this.send('Emulation.setDeviceMetricsOverride', metrics)
    await this.send('Emulation.setEmulatedMedia', { features })
    await this.send('Page.navigate', { url: `file://${path}` })
    await this.evaluate(
      'new Promise((done) => document.readyState === "complete" ? done() : addEventListener("load", done))',
    )
  }

  /** The value of an expression in the page. */
  async evaluate<T>(expression: string): Promise<T> {
    const options = { expression, awaitPromise: true, returnByValue: true }
    const { result } = (await this.send('Runtime.evaluate', options)) as { result: { value: T } }
    return result.value
  }

  /** Presses a key: a letter, or a name such as `Enter`, `Tab`, `ArrowDown`. */
  async press(key: string): Promise<void> {
    const text = key.length === 1 ? key : key === 'Enter' ? '\r' : undefined
    const event = { key, code: key, windowsVirtualKeyCode: CODES[key] ?? key.toUpperCase().charCodeAt(0) }
    await this.send('Input.dispatchKeyEvent', { ...event, type: 'keyDown', ...(text && { text }) })
    await this.send('Input.dispatchKeyEvent', { ...event, type: 'keyUp' })
  }

  /** Sends a command of the DevTools protocol. */
  send(method: string, params: object = {}): Promise<Record<string, unknown>> {
    this.#sent += 1
    const id = this.#sent
    const message = { id, method, params, ...(this.#session && { sessionId: this.#session }) }
    const pipe = this.#process.stdio[3] as Writable
    return new Promise((resolve, reject) => {
      this.#answers.set(id, ({ result, error }) =>
        error ? reject(new Error(`${method}: ${error.message}`)) : resolve(result ?? {}),
      )
      pipe.write(`${JSON.stringify(message)}\0`)
    })
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.#process.once('exit', resolve))
    this.#session = undefined
    // The answer may not come, as the process is about to exit.
    this.send('Browser.close').catch(() => {})
    await gone
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }

  #hear(message: BrowserMessage): void {
    if (message.id !== undefined) this.#answers.get(message.id)?.(message)
    const complaint = complaintOf(message)
    if (complaint) this.complaints.push(complaint)
  }
}

const CODES: Record<string, number> = { Enter: 13, Tab: 9, ArrowDown: 40, ArrowUp: 38 }

function complaintOf({ method, params }: BrowserMessage): string | undefined {
  if (method === 'Runtime.exceptionThrown' || method === 'Log.entryAdded') return JSON.stringify(params)
  if (method === 'Page.javascriptDialogOpening') return `dialog: ${JSON.stringify(params)}`
  if (method !== 'Network.requestWillBeSent') return undefined
  const { url } = (params as { request: { url: string } }).request
  return url.startsWith('file:') || url === 'about:blank' ? undefined : `request: ${url}`
}
