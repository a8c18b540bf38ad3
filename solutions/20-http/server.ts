import { type FileHandle, open, realpath, stat } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { extname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'

const MAX_LINE_BYTES = 8 * 1024
const MAX_HEAD_BYTES = 32 * 1024
/** How long a client that has its answer may keep the connection open in silence. */
const LINGER_MS = 5000

const REASONS: Record<number, string> = {
  200: 'OK',
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  414: 'URI Too Long',
  431: 'Request Header Fields Too Large',
  505: 'HTTP Version Not Supported',
}
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
}

const REQUEST_LINE = /^(\S+) (\S+) HTTP\/(\d)\.(\d)$/
const FIELD_LINE = /^([^\s:]+):(.*)$/ // no space before the colon
const HOST = /^[\w.:[\]-]*$/

/** Thrown if a request cannot be served; the status tells the client why. */
class Refusal extends Error {
  readonly status: number

  constructor(status: number) {
    super(REASONS[status])
    this.status = status
  }
}

// Links in the path of ROOT are the owner's business; links inside it must not lead out.
const root = join(await realpath(process.env.ROOT ?? 'exercises/20-http/site'), '/')
const port = Number(process.env.PORT ?? 4000)

createServer({ allowHalfOpen: true }, serve).listen(port, process.env.HOST ?? '127.0.0.1')

async function serve(socket: Socket): Promise<void> {
  socket.on('error', () => {}) // a reset: whatever is awaited below rejects
  try {
    const head = await readHead(socket)
    if (head !== undefined) await answer(socket, head)
    socket.end(() => socket.setTimeout(LINGER_MS, () => socket.destroy()))
    socket.resume() // unread bytes would turn the close into RST, which may overtake the answer
  } catch {
    socket.destroy()
  }
}

/** The text before the empty line, or too much without one; undefined if the client ends first. */
async function readHead(socket: Socket): Promise<string | undefined> {
  let head = ''
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    head += chunk.toString('latin1')
    const end = head.indexOf('\r\n\r\n')
    if (end >= 0) return head.slice(0, end)
    if (head.length > MAX_HEAD_BYTES) return head
  }
  return undefined
}

async function answer(socket: Socket, head: string): Promise<void> {
  const wantsBody = !head.startsWith('HEAD ')
  try {
    const { file, size, type } = await find(targetOf(head))
    try {
      socket.write(headOf(200, type, size))
      // pipeline waits for slow readers. The end is the announced size, even if the file has grown.
      if (wantsBody && size > 0) {
        await pipeline(file.createReadStream({ end: size - 1 }), socket, { end: false })
      }
    } finally {
      await file.close()
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const text = `${error.status} ${error.message}\n`
    socket.write(headOf(error.status, 'text/plain; charset=utf-8', text.length))
    if (wantsBody) socket.write(text)
  }
}

/** What the request asks for. */
function targetOf(head: string): string {
  const [line = '', ...fieldLines] = head.split('\r\n')
  if (line.length > MAX_LINE_BYTES) throw new Refusal(414)
  if (head.length > MAX_HEAD_BYTES) throw new Refusal(431)

  const [, method, target, major, minor] = REQUEST_LINE.exec(line) ?? []
  if (target === undefined) throw new Refusal(400)
  if (major !== '1') throw new Refusal(505)

  const hosts: string[] = []
  for (const fieldLine of fieldLines) {
    const [, name, value] = FIELD_LINE.exec(fieldLine) ?? []
    if (name === undefined || value === undefined) throw new Refusal(400)
    if (name.toLowerCase() === 'host') hosts.push(value.trim())
  }
  const enough = hosts.length === 1 || (hosts.length === 0 && minor === '0')
  if (!enough || !hosts.every((host) => HOST.test(host))) throw new Refusal(400)

  if (method !== 'GET' && method !== 'HEAD') throw new Refusal(405)
  return target
}

/** The file under ROOT that a target names, open. */
async function find(target: string): Promise<{ file: FileHandle; size: number; type: string }> {
  const path = pathOf(target)
  try {
    const found = await realpath(join(root, path.endsWith('/') ? `${path}index.html` : path))
    const stats = await stat(found) // before open, which would wait for a named pipe's writer
    if (found.startsWith(root) && stats.isFile()) {
      const type = TYPES[extname(found).toLowerCase()] ?? 'application/octet-stream'
      return { file: await open(found), size: stats.size, type }
    }
  } catch {
    // It does not exist, or we may not read it.
  }
  throw new Refusal(404)
}

/** The path in a target, decoded once: `/a%20b?c` and `http://host/a%20b` are `/a b`. */
function pathOf(target: string): string {
  const [encoded = ''] = target.replace(/^https?:\/\/[^/?]+\/?/i, '/').split('?')
  if (!encoded.startsWith('/') || encoded.includes('%00')) throw new Refusal(400)
  try {
    return decodeURIComponent(encoded)
  } catch {
    throw new Refusal(400)
  }
}

function headOf(status: number, type: string, length: number): string {
  const lines = [
    `HTTP/1.1 ${status} ${REASONS[status]}`,
    `Date: ${new Date().toUTCString()}`,
    `Content-Type: ${type}`,
    `Content-Length: ${length}`,
    ...(status === 405 ? ['Allow: GET, HEAD'] : []),
    'Connection: close',
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}
