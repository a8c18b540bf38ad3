import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { delay } from '../program/delay.ts'
import { Missing } from './failure.ts'
import { scenario } from './running-check.ts'

const BROWSER = 'chromium'
const LOOPBACK = '127.0.0.1'
/** On an otherwise idle machine a browser comes up in 2 s. */
const START_MS = 60_000
/** From the moment the page is there to its report. */
const REPORT_MS = 20_000
/** The same once another test has failed. */
const REPORT_AGAIN_MS = 5000
/** Goes above the page: lets its script say what it saw. */
const REPORT = `<!doctype html><script>const report = (value) => fetch('/', { method: 'POST', body: JSON.stringify(value) })</script>\n`

/**
 * Opens a page in Chromium, without a window and with its own profile in `tmp`, and returns the
 * value that the page's script passes to `report(value)`. If Chromium is not installed or does not
 * come up, the test is skipped. The learner's program may sleep while the browser starts, so
 * `patiently` does not wait for that.
 */
export async function browse(page: string, should: string, tmp: string): Promise<unknown> {
  const running = scenario()
  running.allow(START_MS + REPORT_MS)
  const news = new EventEmitter()
  const [shown, reported] = [once(news, 'shown'), once(news, 'reported')]
  const site = createServer(async (request, response) => {
    if (request.method === 'POST') news.emit('reported', JSON.parse(await text(request)))
    else if (request.url === '/') news.emit('shown')
    response.writeHead(request.url === '/' ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' })
    response.end(request.method === 'GET' && request.url === '/' ? REPORT + page : '')
  })
  site.listen(0, LOOPBACK)
  running.atEnd(() => {
    site.close()
    site.closeAllConnections()
  })
  await once(site, 'listening')
  const ended = openBrowser(`http://${LOOPBACK}:${(site.address() as AddressInfo).port}/`, tmp)

  const patience = new AbortController()
  const late = delay(START_MS, patience.signal).then(() => `showed no page within ${START_MS / 1000} s`)
  const trouble = await Promise.race([shown.then(() => undefined), ended, late])
  patience.abort()
  if (trouble !== undefined) throw new Missing(`${BROWSER} ${trouble}`)
  const reportMs = running.isDecided ? REPORT_AGAIN_MS : REPORT_MS
  const waited = await running.untilOver(reported, running.moment(), reportMs)
  if (waited === 'changed') return (await reported)[0]
  const but = `the page reported nothing for ${reportMs / 1000} s`
  throw await running.failed({ code: 'silent', should, but })
}

/**
 * Starts the browser, until the end of the test. Resolves with why it ended, if it ends before
 * that.
 */
function openBrowser(url: string, tmp: string): Promise<string> {
  const profile = mkdtempSync(join(existsSync(tmp) ? tmp : tmpdir(), 'browser-'))
  const args = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    `--user-data-dir=${profile}`,
    url,
  ]
  // Its own process group, so that all its processes end together. TMPDIR is the mark by which they
  // are found if we are killed.
  const env = { ...process.env, HOME: profile, TMPDIR: tmp }
  const child = spawn(BROWSER, args, { detached: true, stdio: 'ignore', env })
  scenario().atEnd(() => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
  })
  const remove = () => rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  return new Promise((resolve) => {
    child.once('error', () => {
      remove()
      resolve('is not installed here')
    })
    child.once('exit', (code, signal) => {
      remove()
      resolve(`ended before it showed a page (${signal ?? `exit code ${code}`})`)
    })
  })
}
