// Node's own HTTP server: it frames, pipelines, refuses and sends 100 for us. Files, ranges, tags and
// the clock are ours.
import { createReadStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { extname, join, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'

const root = await realpath(process.env.ROOT ?? '.')
const idleMs = Number(process.env.IDLE_MS ?? 5000)
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
}

const server = createServer(
  { keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 },
  async (request, response) => {
    try {
      await answer(request, response)
    } catch {
      response.destroy()
    }
  },
)
/** Connections on which an answer is under way: their clock stands. */
const busy = new WeakMap<object, number>()
server.on('connection', (socket) => {
  socket.setTimeout(idleMs, () => {
    if (!busy.get(socket)) socket.destroySoon()
    else socket.setTimeout(idleMs)
  })
})
const answers = new WeakMap<object, ServerResponse>()
server.on('request', (request, response) => answers.set(request.socket, response))
server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
  // What follows a request that said close is ignored. Node would answer it with 400, before an
  // answer that is due.
  if (error.code === 'HPE_CLOSED_CONNECTION') return
  const answer = answers.get(socket)
  if (answer?.headersSent && !answer.writableFinished) socket.destroy()
  else if (socket.writable)
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n', () => socket.destroy())
})
// As HTTP over TCP allows: a client that has ended still waits for its answers.
Object.assign(server, { httpAllowHalfOpen: true })
server.listen(Number(process.env.PORT), process.env.HOST)

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost')
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  // RFC 9112, 6.1: whatever such a request says, nobody knows where the next one begins.
  if (request.httpVersion === '1.0' && request.headers['transfer-encoding'] !== undefined)
    response.shouldKeepAlive = false
  if (request.httpVersion === '1.1' && request.headersDistinct.host?.length !== 1) {
    response.shouldKeepAlive = false
    return refuse(response, 400)
  }
  if (pathname === '/echo') {
    if (request.method !== 'POST') return refuse(response, 405, { Allow: 'POST' })
    const length = request.headers['content-length']
    if (length !== undefined) response.setHeader('Content-Length', length)
    return pipeline(request, response)
  }
  request.resume()
  if (!isRead) return refuse(response, 405, { Allow: 'GET, HEAD' })
  const [, count] = /^\/stream\/(\d+)$/.exec(pathname) ?? []
  if (count !== undefined) return stream(request, response, Number(count))
  return file(request, response, pathname)
}

function refuse(response: ServerResponse, status: number, fields: Record<string, string> = {}): void {
  response.writeHead(status, fields).end(`${status}\n`)
}

async function stream(request: IncomingMessage, response: ServerResponse, count: number): Promise<void> {
  response.writeHead(200, { 'Content-Type': 'text/plain' })
  response.flushHeaders()
  const { socket } = request
  busy.set(socket, (busy.get(socket) ?? 0) + 1)
  for (let n = 1; n <= count && request.method === 'GET' && !socket.destroyed; n += 1) {
    if (n > 1) await delay(5)
    response.write(`line ${n}\n`)
  }
  busy.set(socket, (busy.get(socket) ?? 0) - 1)
  response.end()
}

async function file(request: IncomingMessage, response: ServerResponse, pathname: string): Promise<void> {
  const { headers, method } = request
  const found = await find(pathname)
  if (!found) return refuse(response, 404)
  const { path, size, etag } = found
  response.setHeader('ETag', etag)
  const known = headers['if-none-match']
  if (known === '*' || known?.split(',').some((tag) => tag.trim().replace('W/', '') === etag)) {
    response.writeHead(304).end()
    return
  }
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? '') ?? []
  let [from, to, isPart] = [0, size, false]
  const isNamed = headers['if-range'] === undefined || headers['if-range'] === etag
  if (isNamed && method === 'GET' && (first || last)) {
    from = first ? Number(first) : Math.max(0, size - Number(last))
    to = first && last ? Math.min(Number(last) + 1, size) : size
    if (from >= to) return refuse(response, 416, { 'Content-Range': `bytes */${size}` })
    isPart = true
    response.setHeader('Content-Range', `bytes ${from}-${to - 1}/${size}`)
  }
  response.setHeader('Content-Type', TYPES[extname(path)] ?? 'application/octet-stream')
  response.setHeader('Content-Length', to - from)
  response.writeHead(isPart ? 206 : 200)
  if (method === 'HEAD' || to === from) {
    response.end()
    return
  }
  return pipeline(createReadStream(path, { start: from, end: to - 1 }), response)
}

async function find(pathname: string) {
  try {
    const name = decodeURIComponent(pathname)
    const path = await realpath(join(root, name.endsWith('/') ? `${name}index.html` : name))
    const stats = await stat(path)
    if (!path.startsWith(root + sep) || !stats.isFile()) return undefined
    return { path, size: stats.size, etag: `"${stats.size}-${stats.mtimeMs}"` }
  } catch {
    return undefined
  }
}
