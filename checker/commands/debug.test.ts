import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { SourceMap } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { execa } from 'execa'
import getPort from 'get-port'
import WebSocket from 'ws'

const root = resolve(import.meta.dirname, '../..')

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'accept-loop-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('holds a breakpoint of the learner’s file while the test’s client waits, and then the test passes', async () => {
  const file = submit(readFileSync(join(root, 'solutions/03-echo/server.ts'), 'utf8'))
  const port = await getPort()
  const running = debug(['03', '--submission', folder, '--test', 'echoes a line', '--port', `${port}`])
  await running.said('waits at its first line')
  const inspector = await Inspector.attach(port)

  await inspector.stopAtFirstLine()
  const script = inspector.scripts.find(({ sourceMapURL }) => sourceMapURL.startsWith('data:'))
  const at = generatedLine(script?.sourceMapURL ?? '', file, 'socket.write(')
  await inspector.send('Debugger.setBreakpointByUrl', { url: script?.url, lineNumber: at })
  const hit = inspector.next('Debugger.paused')
  await inspector.send('Debugger.resume')
  const { hitBreakpoints } = (await hit) as { hitBreakpoints: string[] }

  expect(hitBreakpoints).toHaveLength(1)
  await running.said('alice')
  // Longer than a program may sleep without a debugger.
  await new Promise((resolve) => setTimeout(resolve, 1500))
  expect(running.output()).not.toContain('fail')
  await inspector.send('Debugger.resume')
  inspector.close()
  expect(await running.code).toBe(0)
  expect(running.output()).toContain('ok    echoes a line')
}, 30_000)

test('takes the first test that fails, and tells its failure once the debugger has gone', async () => {
  submit(`import { createServer } from 'node:net'
createServer((socket) => {
  socket.on('error', () => {})
  socket.resume()
}).listen(Number(process.env.PORT), process.env.HOST)
`)
  const port = await getPort()
  const running = debug(['03', '--submission', folder, '--port', `${port}`])
  await running.said('waits at its first line')
  const inspector = await Inspector.attach(port)
  await inspector.stopAtFirstLine()
  await inspector.send('Debugger.resume')
  await running.said('alice')
  inspector.close()

  expect(await running.code).toBe(1)
  expect(running.output()).toContain('Failed: the server echoes a line')
}, 30_000)

test('says that no test fails, and how one is named', async () => {
  const { output, code } = debug(['03', '--submission', 'solutions', '--port', `${await getPort()}`])

  expect(await code).toBe(0)
  expect(output().replace(/\s+/g, ' ')).toContain(
    'No test fails. To step through one, name it: npm run debug 03 -- --test',
  )
}, 30_000)

test('names a port that is taken', async () => {
  const { output, code } = debug(['03', '--port', '0'])

  expect(await code).toBe(2)
  expect(output()).toContain('There is no port 0')
})

function submit(source: string): string {
  mkdirSync(join(folder, '03-echo'), { recursive: true })
  const file = join(folder, '03-echo', 'server.ts')
  writeFileSync(file, source)
  return file
}

/** The running command: what it has printed, and its exit code once it has ended. */
function debug(args: readonly string[]) {
  const child = execa(process.execPath, [join(root, 'checker/start.js'), 'debug', '--plain', ...args], {
    cwd: root,
    env: { INIT_CWD: root, COLUMNS: '100' },
    reject: false,
    all: true,
  })
  let output = ''
  child.all.on('data', (bytes) => {
    output += bytes
  })
  const said = async (words: string) => {
    while (!output.replace(/\s+/g, ' ').includes(words)) await once(child.all, 'data')
  }
  return { output: () => output, said, code: child.then(({ exitCode }) => exitCode) }
}

/** The line of the compiled script (from 0) that was made from the source line with this text. */
function generatedLine(mapUrl: string, file: string, text: string): number {
  const map = JSON.parse(Buffer.from(mapUrl.split(',')[1] ?? '', 'base64').toString())
  expect(map.sources).toContain(file)
  const source = map.sources.indexOf(file)
  const line = map.sourcesContent[source].split('\n').findIndex((each: string) => each.includes(text))
  const found = new SourceMap(map)
  for (let at = 0; ; at += 1) {
    const entry = found.findEntry(at, 200)
    if ('originalLine' in entry && entry.originalSource === file && entry.originalLine === line) return at
  }
}

/** A client of V8's inspector protocol, like an editor. */
class Inspector {
  readonly scripts: { url: string; sourceMapURL: string }[] = []
  readonly #socket: WebSocket
  #id = 0
  #answers = new Map<number, (result: unknown) => void>()
  #waiting = new Map<string, (params: unknown) => void>()

  static async attach(port: number): Promise<Inspector> {
    for (;;) {
      const url = await targetUrl(port).catch(() => undefined)
      if (url === undefined) continue
      const socket = new WebSocket(url)
      await once(socket, 'open')
      return new Inspector(socket)
    }
  }

  constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data) => {
      const { id, result, method, params } = JSON.parse(`${data}`)
      if (method === 'Debugger.scriptParsed') this.scripts.push(params)
      if (id !== undefined) this.#answers.get(id)?.(result)
      else this.#waiting.get(method)?.(params)
    })
  }

  async stopAtFirstLine(): Promise<void> {
    await this.send('Runtime.enable')
    await this.send('Debugger.enable')
    const paused = this.next('Debugger.paused')
    await this.send('Runtime.runIfWaitingForDebugger')
    await paused
  }

  next(method: string): Promise<unknown> {
    return new Promise((resolve) => this.#waiting.set(method, resolve))
  }

  send(method: string, params: object = {}): Promise<unknown> {
    this.#id += 1
    this.#socket.send(JSON.stringify({ id: this.#id, method, params }))
    return new Promise((resolve) => this.#answers.set(this.#id, resolve))
  }

  close(): void {
    this.#socket.close()
  }
}

function targetUrl(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/json/list' }, async (response) =>
      resolve(JSON.parse(await text(response))[0].webSocketDebuggerUrl),
    ).on('error', reject)
  })
}
