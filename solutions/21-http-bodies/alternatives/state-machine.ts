// Events and a state: each chunk goes through a parser that knows what comes next. While an answer is
// going out, or the client does not read, the socket is paused.
import { createReadStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { extname, join, sep } from 'node:path'

const MAX_LINE_BYTES = 32 * 1024
const root = join(await realpath(process.env.ROOT ?? '.'), sep)
const idleMs = Number(process.env.IDLE_MS ?? 5000)
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
}

type State = 'start' | 'fields' | 'bytes' | 'size' | 'chunk' | 'chunk end' | 'trailers' | 'over'

class Bad extends Error {}

class Client {
  readonly socket: Socket
  unread = Buffer.alloc(0)
  state: State = 'start'
  left = 0 // of a body, a chunk, or of the lines that may still come
  method = ''
  path = ''
  isOld = false
  fields: Record<string, string> = Object.create(null)
  keep = true
  isEchoing = false
  isAnswering = false
  isHalf = false // half of an answer is out
  hasEnded = false

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      this.unread = Buffer.concat([this.unread, chunk])
      this.work()
    })
    socket.on('drain', () => this.work())
    socket.on('end', () => {
      this.hasEnded = true
      this.work()
    })
    socket.setTimeout(idleMs, () => {
      if (!this.isAnswering) this.over()
    })
  }

  work(): void {
    const isBlocked = () => this.isAnswering || this.socket.writableNeedDrain
    try {
      while (this.state !== 'over' && !isBlocked() && this.step());
    } catch (error) {
      if (!(error instanceof Bad)) throw error
      this.keep = false
      if (!this.isHalf) this.head(400, { 'Content-Length': '0' })
      this.over()
    }
    if (this.state === 'over') this.unread = Buffer.alloc(0)
    if (isBlocked() && this.state !== 'over') this.socket.pause()
    else this.socket.resume()
    if (this.hasEnded && !isBlocked()) this.over()
  }

  over(): void {
    this.state = 'over'
    this.socket.end()
  }

  /** Uses the next line or bytes; false if they have not come. */
  step(): boolean {
    if (this.state === 'bytes' || this.state === 'chunk') return this.body()
    const line = this.line()
    if (line === undefined) return false
    if (this.state === 'start') this.start(line)
    else if (this.state === 'fields' && line === '') this.request()
    else if (this.state === 'trailers' && line === '') this.done()
    else if (this.state === 'fields' || this.state === 'trailers') this.field(line)
    else if (this.state === 'size') this.size(line)
    else if (line !== '') throw new Bad()
    else this.state = 'size'
    return true
  }

  line(): string | undefined {
    const end = this.unread.indexOf('\r\n')
    if (Math.max(end, this.unread.length > MAX_LINE_BYTES && end < 0 ? Number.MAX_VALUE : 0) > MAX_LINE_BYTES)
      throw new Bad()
    if (end < 0) return undefined
    const text = this.unread.toString('latin1', 0, end)
    this.unread = this.unread.subarray(end + 2)
    return text
  }

  start(line: string): void {
    const [, method = '', target = '', minor] =
      /^([\w!#$%&'*+.^`|~-]+) ([!-~]+) HTTP\/1\.(\d)$/.exec(line) ?? []
    if (minor === undefined) throw new Bad()
    this.method = method
    this.path = target.replace(/^http:\/\/[^/]*/i, '').replace(/\?.*/, '') || '/'
    this.isOld = minor === '0'
    this.fields = Object.create(null)
    this.left = MAX_LINE_BYTES
    this.isHalf = false
    this.state = 'fields'
  }

  field(line: string): void {
    const [, name, value = ''] = /^([\w!#$%&'*+.^`|~-]+):[\t ]*([\t -~\x80-\xff]*)$/.exec(line) ?? []
    this.left -= line.length
    if (name === undefined || this.left < 0) throw new Bad()
    if (this.state === 'trailers') return
    const key = name.toLowerCase()
    const text = value.replace(/[\t ]+$/, '')
    this.fields[key] = this.fields[key] === undefined ? text : `${this.fields[key]}, ${text}`
  }

  request(): void {
    const {
      host,
      connection = '',
      expect = '',
      'transfer-encoding': codings,
      'content-length': length,
    } = this.fields
    if (host === undefined ? !this.isOld : /[ ,/]/.test(host)) throw new Bad()
    if (codings !== undefined && (length !== undefined || this.isOld || codings.toLowerCase() !== 'chunked'))
      throw new Bad()
    if (length !== undefined && !/^\d{1,15}$/.test(length)) throw new Bad()
    const options = connection
      .toLowerCase()
      .split(',')
      .map((each) => each.trim())
    this.keep = this.isOld ? options.includes('keep-alive') : !options.includes('close')
    this.state = codings === undefined ? 'bytes' : 'size'
    this.left = Number(length ?? 0)
    const waits =
      expect.toLowerCase() === '100-continue' && !this.isOld && (this.left > 0 || codings !== undefined)
    this.isEchoing = this.path === '/echo' && this.method === 'POST'
    if (waits && this.isEchoing) this.socket.write('HTTP/1.1 100 Continue\r\n\r\n')
    if (waits && !this.isEchoing) this.keep = false
    if (this.isEchoing)
      this.head(
        200,
        codings === undefined ? { 'Content-Length': `${this.left}` } : { 'Transfer-Encoding': 'chunked' },
      )
    else this.answerWith(this.answer())
  }

  size(line: string): void {
    const [, size] = /^([\da-f]{1,8})[\t ]*(;[\t -~\x80-\xff]*)?$/i.exec(line) ?? []
    if (size === undefined) throw new Bad()
    this.left = Number.parseInt(size, 16)
    this.state = 'chunk'
    if (this.left > 0) return
    this.state = 'trailers'
    this.left = MAX_LINE_BYTES
  }

  body(): boolean {
    const part = this.unread.subarray(0, this.left)
    this.unread = this.unread.subarray(part.length)
    this.left -= part.length
    const isChunk = this.state === 'chunk'
    if (this.isEchoing && part.length > 0) this.socket.write(isChunk ? chunk(part) : part)
    if (this.left > 0) return false
    if (isChunk) this.state = 'chunk end'
    else this.done()
    return true
  }

  /** The last byte of the request. */
  done(): void {
    if (this.isEchoing && this.fields['transfer-encoding'] !== undefined) this.socket.write('0\r\n\r\n')
    this.state = 'start'
    if (!this.keep) this.over()
  }

  head(status: number, fields: Record<string, string>): void {
    const ending = this.keep ? (this.isOld ? { Connection: 'keep-alive' } : {}) : { Connection: 'close' }
    const all = Object.entries({ Date: new Date().toUTCString(), ...fields, ...ending })
    this.isHalf = true
    this.socket.write(
      `HTTP/1.1 ${status} \r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
    )
  }

  async answerWith(answer: Promise<void>): Promise<void> {
    this.isAnswering = true
    try {
      await answer
      this.isAnswering = false
      if (!this.keep) this.over()
      this.work()
    } catch {
      this.socket.destroy()
    }
  }

  async answer(): Promise<void> {
    const { method, fields } = this
    if (this.path === '/echo') return this.head(405, { Allow: 'POST', 'Content-Length': '0' })
    if (method !== 'GET' && method !== 'HEAD')
      return this.head(405, { Allow: 'GET, HEAD', 'Content-Length': '0' })
    const [, count] = /^\/stream\/(\d+)$/.exec(this.path) ?? []
    if (count !== undefined) return this.stream(Number(count))
    const name = await find(this.path)
    if (name === undefined) return this.head(404, { 'Content-Length': '0' })
    const { size, mtimeMs } = await stat(name)
    const etag = `"${mtimeMs}/${size}"`
    const known = (fields['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
    if (known.includes(etag) || known[0] === '*') return this.head(304, { ETag: etag })
    const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(fields.range ?? '') ?? []
    const isPart = method === 'GET' && first + last !== '' && (fields['if-range'] ?? etag) === etag
    const from = !isPart ? 0 : first === '' ? Math.max(0, size - Number(last)) : Number(first)
    const to = isPart && first !== '' && last !== '' ? Math.min(size, Number(last) + 1) : size
    if (isPart && from >= to)
      return this.head(416, { 'Content-Range': `bytes */${size}`, 'Content-Length': '0' })
    const range: Record<string, string> = isPart ? { 'Content-Range': `bytes ${from}-${to - 1}/${size}` } : {}
    const type = TYPES[extname(name)] ?? 'application/octet-stream'
    this.head(isPart ? 206 : 200, {
      ETag: etag,
      'Content-Type': type,
      'Content-Length': `${to - from}`,
      ...range,
    })
    if (method === 'GET' && to > from) await this.send(createReadStream(name, { start: from, end: to - 1 }))
  }

  send(file: ReturnType<typeof createReadStream>): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => file.destroy(new Error('the client is gone'))
      this.socket.once('close', stop)
      file.on('error', reject)
      file.on('end', () => {
        this.socket.off('close', stop)
        resolve()
      })
      file.pipe(this.socket, { end: false })
    })
  }

  stream(count: number): Promise<void> | void {
    if (this.isOld) this.keep = false
    this.head(200, {
      'Content-Type': 'text/plain',
      ...(this.isOld ? {} : { 'Transfer-Encoding': 'chunked' }),
    })
    if (this.method === 'HEAD') return
    return new Promise((resolve) => {
      let n = 0
      const next = () => {
        n += 1
        if (n > count) {
          clearInterval(timer)
          if (!this.isOld) this.socket.write('0\r\n\r\n')
          return resolve()
        }
        const line = Buffer.from(`line ${n}\n`)
        this.socket.write(this.isOld ? line : chunk(line))
      }
      const timer = setInterval(next, 5)
      this.socket.once('close', () => clearInterval(timer))
      next()
    })
  }
}

function chunk(part: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')])
}

async function find(path: string): Promise<string | undefined> {
  try {
    const name = await realpath(
      join(root, decodeURIComponent(path.endsWith('/') ? `${path}index.html` : path)),
    )
    return name.startsWith(root) && (await stat(name)).isFile() ? name : undefined
  } catch {
    return undefined
  }
}

createServer({ allowHalfOpen: true, noDelay: true }, (socket) => new Client(socket)).listen(
  Number(process.env.PORT),
  process.env.HOST,
)
