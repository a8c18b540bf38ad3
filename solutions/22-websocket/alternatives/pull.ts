// Asks for bytes instead of being notified: `await exactly(n)` in Node's paused mode, so a frame is
// read in the order of RFC 6455. A client that does not read its echoes is not read from either:
// each write waits for `drain`.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

const MIB = 1024 * 1024
const UTF8 = new TextDecoder('utf-8', { fatal: true })

/** Each client's own `close`, for SIGTERM. */
const open = new Map<Socket, () => void>()
const room = new Set<Socket>()

const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
  socket.on('error', () => {})
  socket.on('close', () => {
    open.delete(socket)
    room.delete(socket)
  })
  open.set(socket, () => socket.end())
  void serve(socket)
})
server.listen(Number(process.env.PORT), process.env.HOST)
process.on('SIGTERM', () => {
  server.close()
  for (const close of open.values()) close()
})

/** Thrown where the client has ended, or what it sends is refused: `last` is what it is told. */
class Over extends Error {
  readonly last: Buffer

  constructor(last: Buffer = Buffer.alloc(0)) {
    super('over')
    this.last = last
  }
}

async function serve(socket: Socket): Promise<void> {
  let closing = false
  const exactly = reader(socket)
  try {
    const path = await shakeHands(socket, exactly)
    if (path === '/room') room.add(socket)
    open.set(socket, () => {
      closing = true
      room.delete(socket)
      socket.write(closeFrame(1001))
    })
    for await (const { opcode, payload } of messages(exactly)) {
      if (closing) continue
      if (opcode === 9) socket.write(frame(10, payload))
      else if (path === '/room') tell(frame(opcode, payload))
      else if (!socket.write(frame(opcode, payload)))
        await Promise.race([once(socket, 'drain'), once(socket, 'close')])
    }
  } catch (error) {
    if (!(error instanceof Over)) throw error
    if (!closing && error.last.length > 0) socket.write(error.last)
  }
  closing = true
  room.delete(socket)
  open.delete(socket)
  socket.end()
  socket.resume()
}

/** `await exactly(n)`: the next n bytes. */
function reader(socket: Socket): (count: number) => Promise<Buffer> {
  return async (count) => {
    const parts: Buffer[] = []
    for (let left = count; left > 0; ) {
      // read(n) gives n bytes or null, never more than is buffered: large payloads come in parts.
      const part: Buffer | null = socket.read(Math.min(left, socket.readableLength || 1))
      if (part) {
        parts.push(part)
        left -= part.length
      } else if (socket.readableEnded || socket.destroyed) {
        throw new Over()
      } else {
        const woken = new AbortController()
        const { signal } = woken
        await Promise.race(
          ['readable', 'end', 'close'].map((event) => once(socket, event, { signal })),
        ).catch(() => {})
        woken.abort()
      }
    }
    return Buffer.concat(parts)
  }
}

async function shakeHands(socket: Socket, exactly: (count: number) => Promise<Buffer>): Promise<string> {
  let head = ''
  while (!head.endsWith('\r\n\r\n')) {
    if (head.length > 16_384) throw refusal('431 Request Header Fields Too Large')
    head += (await exactly(1)).toString('latin1')
  }
  const [first = '', ...lines] = head.slice(0, -4).split('\r\n')
  const [, path = ''] = /^GET ([^ ?]+)\S* HTTP\/1\.1$/.exec(first) ?? []
  const isWellFormed = path !== '' && lines.every((line) => /^[^\s:]+:/.test(line))
  const values = (name: string) =>
    lines
      .filter((line) => line.toLowerCase().startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).trim())
  const has = (name: string, word: string) =>
    values(name)
      .join()
      .toLowerCase()
      .split(/\s*,\s*/)
      .includes(word)
  const [key = ''] = values('sec-websocket-key')

  if (!isWellFormed || values('host').length === 0) throw refusal('400 Bad Request')
  if (!has('upgrade', 'websocket') || !has('connection', 'upgrade'))
    throw refusal('426 Upgrade Required\r\nUpgrade: websocket')
  if (!has('sec-websocket-version', '13')) throw refusal('400 Bad Request\r\nSec-WebSocket-Version: 13')
  if (Buffer.from(key, 'base64').length !== 16) throw refusal('400 Bad Request')
  if (path !== '/echo' && path !== '/room') throw refusal('404 Not Found')
  const proof = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${proof}\r\n\r\n`,
  )
  return path
}

function refusal(status: string): Over {
  return new Over(Buffer.from(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`))
}

/** Whole messages, and Pings, until a Close or a mistake of the client's. */
async function* messages(exactly: (count: number) => Promise<Buffer>) {
  let begun: number | undefined
  let fragments: Buffer[] = []
  let size = 0
  for (;;) {
    const [first = 0, second = 0] = await exactly(2)
    const opcode = first & 0x0f
    const fin = first >= 0x80
    if ((first & 0x70) !== 0 || second < 0x80 || ![0, 1, 2, 8, 9, 10].includes(opcode)) throw failure(1002)
    let length = second & 0x7f
    if (opcode >= 8 && (!fin || length > 125)) throw failure(1002)
    if (opcode < 8 && (opcode === 0) !== (begun !== undefined)) throw failure(1002)
    if (length === 126) length = (await exactly(2)).readUInt16BE()
    else if (length === 127) length = Number((await exactly(8)).readBigUInt64BE())
    if (size + length > 16 * MIB) throw failure(1009)
    const mask = await exactly(4)
    const payload = await exactly(length)
    for (let i = 0; i < length; i += 1) payload[i] = (payload[i] ?? 0) ^ (mask[i & 3] ?? 0)
    if (opcode === 8) throw goodbye(payload)
    if (opcode === 9) yield { opcode, payload }
    if (opcode >= 8) continue
    begun ??= opcode
    fragments.push(payload)
    size += length
    if (!fin) continue
    const message = { opcode: begun, payload: Buffer.concat(fragments) }
    if (begun === 1) checkText(message.payload)
    ;[begun, fragments, size] = [undefined, [], 0]
    yield message
  }
}

function goodbye(payload: Buffer): Over {
  if (payload.length === 0) return failure()
  if (payload.length === 1) return failure(1002)
  const code = payload.readUInt16BE()
  if (code < 1000 || [1004, 1005, 1006].includes(code) || (code > 1014 && code < 3000) || code > 4999)
    return failure(1002)
  checkText(payload.subarray(2))
  return new Over(frame(8, payload)) // with the reason
}

function checkText(bytes: Buffer): void {
  try {
    UTF8.decode(bytes)
  } catch {
    throw failure(1007)
  }
}

function failure(code?: number): Over {
  return new Over(closeFrame(code))
}

function closeFrame(code?: number): Buffer {
  return frame(
    8,
    code === undefined ? Buffer.alloc(0) : Buffer.of(code >> 8, code & 0xff, ...Buffer.from('bye')),
  )
}

function tell(bytes: Buffer): void {
  for (const member of room) {
    if (member.writableLength > 24 * MIB) member.destroy()
    else member.write(bytes)
  }
}

function frame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10)
  head[0] = 0x80 | opcode
  head[1] = length < 126 ? length : length < 65_536 ? 126 : 127
  if (head.length === 4) head.writeUInt16BE(length, 2)
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2)
  return Buffer.concat([head, payload])
}
