// Events and callbacks, and the file copied by hand: a chunk is read when the one before it has been
// written. A URL object parses the target; it resolves dots, even encoded ones, but not %2f, and it
// knows nothing about links.

import { close, fstat, open, read, realpath, realpathSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { extname, sep } from 'node:path'

const MAX_LINE_BYTES = 12_000
const MAX_FIELDS_BYTES = 50_000
const CHUNK_BYTES = 128 * 1024

const TYPES = new Map(
  Object.entries({
    '.html': 'text/html; charset=UTF-8',
    '.css': 'text/css; charset=UTF-8',
    '.js': 'text/javascript; charset=UTF-8',
    '.txt': 'text/plain; charset=UTF-8',
    '.json': 'application/json',
    '.svg': 'image/svg+xml',
    '.png': 'image/png',
  }),
)

const root = realpathSync(process.env.ROOT ?? '.')

createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
  let head: Buffer | undefined = Buffer.alloc(0)

  socket.on('error', () => {})
  socket.on('end', () => {
    if (head) socket.end() // half a request is none
  })
  socket.on('data', (chunk) => {
    if (!head) return // after the request: dropped
    head = Buffer.concat([head, chunk])
    const end = head.indexOf('\r\n\r\n')
    const line = head.indexOf('\r\n')
    const lineBytes = line < 0 ? head.length : line
    const text = head.toString('latin1', 0, end < 0 ? head.length : end)
    if (lineBytes > MAX_LINE_BYTES) head = refuse(socket, 414)
    else if (text.length - lineBytes > MAX_FIELDS_BYTES) head = refuse(socket, 431)
    else if (end >= 0) {
      head = undefined
      answer(socket, text)
    }
  })
}).listen(Number(process.env.PORT), process.env.HOST)

function answer(socket: Socket, head: string): undefined {
  const [line = '', ...fields] = head.split('\r\n')
  const words = line.split(' ')
  const [method = '', target = '', version = ''] = words
  const withBody = method !== 'HEAD'
  if (words.length !== 3 || !/^HTTP\/\d\.\d$/.test(version)) return refuse(socket, 400, withBody)
  if (!version.startsWith('HTTP/1.')) return refuse(socket, 505, withBody)
  if (!fields.every((each) => /^[^\s:]+:[^\0\r\n]*$/.test(each))) return refuse(socket, 400, withBody)
  const hosts = fields.filter((each) => /^host:/i.test(each)).map((each) => each.slice(5).trim())
  const needed = version === 'HTTP/1.0' ? 0 : 1
  if (hosts.length > 1 || hosts.length < needed || hosts.some((each) => /[\s/]/.test(each)))
    return refuse(socket, 400, withBody)
  if (method !== 'GET' && method !== 'HEAD') return refuse(socket, 405, withBody)
  const path = pathOf(target)
  if (path === undefined) return refuse(socket, 400, withBody)

  realpath(root + path, (missing, found) => {
    if (missing || !found.startsWith(root + sep)) return refuse(socket, 404, withBody)
    open(found, (closed, fd) => {
      if (closed) return refuse(socket, 404, withBody)
      fstat(fd, (_, stats) => {
        if (!stats.isFile()) {
          close(fd)
          return refuse(socket, 404, withBody)
        }
        const type = TYPES.get(extname(found).toLowerCase()) ?? 'application/octet-stream'
        sendHead(socket, '200 OK', type, stats.size)
        if (withBody) return copy(fd, stats.size, socket)
        close(fd)
        socket.end()
      })
    })
  })
}

/** The rest of a file, chunk by chunk. */
function copy(fd: number, left: number, socket: Socket): void {
  if (left === 0 || socket.destroyed) {
    close(fd)
    socket.end()
    return
  }
  read(fd, { buffer: Buffer.allocUnsafe(Math.min(left, CHUNK_BYTES)) }, (_, length, bytes) => {
    if (length === 0)
      socket.destroy() // it has become shorter
    // Called when the kernel has the bytes, or with an error when nobody will.
    else socket.write(bytes.subarray(0, length), () => copy(fd, left - length, socket))
    if (length === 0) close(fd)
  })
}

function pathOf(target: string): string | undefined {
  try {
    const url = /^https?:\/\//i.test(target) ? new URL(target) : new URL(`http://host${target}`)
    const path = decodeURIComponent(url.pathname)
    if (!/^(\/|https?:)/i.test(target) || path.includes('\0')) return undefined
    return path.endsWith('/') ? `${path}index.html` : path
  } catch {
    return undefined
  }
}

function refuse(socket: Socket, status: number, withBody = true): undefined {
  const text = `${status}\n`
  const allow = status === 405 ? 'Allow: HEAD, GET\r\n' : ''
  sendHead(socket, `${status} No`, 'text/plain; charset=utf-8', text.length, allow)
  socket.end(withBody ? text : '')
}

function sendHead(socket: Socket, status: string, type: string, length: number, more = ''): void {
  const date = new Date().toUTCString()
  socket.write(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nDate: ${date}\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n${more}\r\n`,
  )
}
