import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { createServer, type Socket } from 'node:net'

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const [CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG] = [0x0, 0x1, 0x2, 0x8, 0x9, 0xa] as const
const OPCODES: readonly number[] = [CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG]
const [GOING_AWAY, PROTOCOL_ERROR, NOT_UTF8, TOO_BIG] = [1001, 1002, 1007, 1009] as const
const PATHS: readonly string[] = ['/echo', '/room']
const UPGRADE = ['Upgrade: websocket', 'Connection: Upgrade']
const MIB = 1024 * 1024
const MAX_HEAD_BYTES = 16 * 1024
const MAX_MESSAGE_BYTES = 16 * MIB
/**
 * A member reads too slowly if more than this is waiting for it when the next message comes. One
 * message of the largest size must fit.
 */
const MAX_WAITING_BYTES = 24 * MIB

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

/** What SIGTERM does to each open connection. */
const leaves = new Map<Socket, () => void>()
const room = new Set<Socket>()

const server = createServer({ noDelay: true }, serve).listen(port, host)

process.on('SIGTERM', () => {
  server.close() // the process exits once the last connection is over
  for (const leave of leaves.values()) leave()
})

/** HTTP at first. The bytes after the blank line are frames. */
function serve(socket: Socket): void {
  let head: Buffer = Buffer.alloc(0)

  leaves.set(socket, () => socket.end())
  socket.on('data', read)
  socket.on('error', () => {}) // a reset: 'close' comes next
  socket.on('close', () => leaves.delete(socket))

  function read(chunk: Buffer): void {
    head = Buffer.concat([head, chunk])
    const end = head.indexOf('\r\n\r\n')
    try {
      if ((end === -1 ? head.length : end) > MAX_HEAD_BYTES)
        throw new Refusal('431 Request Header Fields Too Large')
      if (end === -1) return
      const { path, proof } = shakeHands(head.toString('latin1', 0, end))
      socket.off('data', read)
      socket.write(responseHead('101 Switching Protocols', [...UPGRADE, `Sec-WebSocket-Accept: ${proof}`]))
      serveMessages(socket, path, head.subarray(end + 4))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      socket.off('data', read) // read on and drop: a close with unread bytes sends RST, not FIN
      socket.end(responseHead(error.message, [...error.fields, 'Connection: close', 'Content-Length: 0']))
    }
  }
}

class Refusal extends Error {
  readonly fields: readonly string[]

  constructor(status: string, fields: readonly string[] = []) {
    super(status)
    this.fields = fields
  }
}

/** RFC 6455, 4.2: the path that the client asks for, and the proof that we have read its key. */
function shakeHands(head: string): { path: string; proof: string } {
  const [requestLine = '', ...lines] = head.split('\r\n')
  const target = /^GET (\S+) HTTP\/1\.1$/.exec(requestLine)?.[1]
  const fields = new Map<string, string>()
  for (const line of lines) {
    const [, name, value] = /^([^\s:]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? []
    if (name === undefined || value === undefined) throw new Refusal('400 Bad Request')
    const before = fields.get(name.toLowerCase())
    fields.set(name.toLowerCase(), before === undefined ? value : `${before}, ${value}`)
  }
  const words = (name: string) => (fields.get(name) ?? '').toLowerCase().split(/[ \t]*,[ \t]*/)
  const key = fields.get('sec-websocket-key') ?? ''

  if (target === undefined || !fields.has('host')) throw new Refusal('400 Bad Request')
  if (!words('upgrade').includes('websocket') || !words('connection').includes('upgrade'))
    throw new Refusal('400 Bad Request')
  if (fields.get('sec-websocket-version') !== '13')
    throw new Refusal('426 Upgrade Required', [...UPGRADE, 'Sec-WebSocket-Version: 13'])
  if (!/^[A-Za-z0-9+/]{22}==$/.test(key)) throw new Refusal('400 Bad Request') // 16 bytes in base64
  const path = target.replace(/\?.*/, '')
  if (!PATHS.includes(path)) throw new Refusal('404 Not Found')
  const proof = createHash('sha1')
    .update(key + GUID)
    .digest('base64')
  return { path, proof }
}

function responseHead(status: string, fields: readonly string[]): string {
  return [`HTTP/1.1 ${status}`, ...fields, '\r\n'].join('\r\n')
}

/**
 * The connection after the handshake: frames both ways, until one side sends Close. `begun` is what
 * has come of them already.
 */
function serveMessages(socket: Socket, path: string, begun: Buffer): void {
  let chunks: Buffer[] = []
  let held = 0 // how many bytes they have
  let needed = 0 // how many bytes it takes until there is something to do
  let message: Message | undefined // the one whose last fragment has not come
  let closing = false // our Close is sent: no data goes out any more

  leaves.set(socket, () => close(GOING_AWAY))
  if (path === '/room') room.add(socket)
  socket.on('data', read)
  socket.on('close', () => room.delete(socket)) // FIN or RST, and no Close before it
  read(begun)

  function read(chunk: Buffer): void {
    chunks.push(chunk)
    held += chunk.length
    if (held < needed) return
    try {
      takeFrames(Buffer.concat(chunks))
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      close(error.code)
      end()
    }
  }

  function takeFrames(bytes: Buffer): void {
    let rest = bytes
    for (;;) {
      const header = readHeader(rest)
      if (header) checkPlace(header, message)
      needed = header ? header.size + header.length : rest.length + 1
      if (!header || rest.length < needed) break
      obey(header, unmask(rest.subarray(0, needed), header.size))
      if (header.opcode === CLOSE) return
      rest = rest.subarray(needed)
    }
    chunks = [rest]
    held = rest.length
  }

  function obey({ opcode, fin }: Header, payload: Buffer): void {
    if (opcode === CLOSE) {
      answerClose(payload)
    } else if (opcode === PING) {
      if (!closing) socket.write(frame(PONG, payload))
    } else if (opcode !== PONG) {
      message ??= { opcode, fragments: [], length: 0 }
      message.fragments.push(payload)
      message.length += payload.length
      if (fin) complete(message)
    }
  }

  function complete({ opcode, fragments }: Message): void {
    const payload = Buffer.concat(fragments)
    message = undefined
    if (opcode === TEXT && !isUtf8(payload)) throw new Failure(NOT_UTF8)
    if (closing) return
    if (path === '/echo') socket.write(frame(opcode, payload))
    else tellRoom(frame(opcode, payload))
  }

  function answerClose(payload: Buffer): void {
    if (payload.length === 1) throw new Failure(PROTOCOL_ERROR)
    const code = payload.length > 0 ? payload.readUInt16BE() : undefined
    if (code !== undefined && !mayBeSent(code)) throw new Failure(PROTOCOL_ERROR)
    if (!isUtf8(payload.subarray(2))) throw new Failure(NOT_UTF8)
    close(code)
    end()
  }

  function close(code: number | undefined): void {
    if (!closing) socket.write(frame(CLOSE, code === undefined ? Buffer.alloc(0) : uint16(code)))
    closing = true
    room.delete(socket)
  }

  /** What comes after this is read and dropped. */
  function end(): void {
    chunks = []
    message = undefined
    socket.off('data', read)
    socket.end()
  }
}

/**
 * Sends to everyone in the room, the sender included. Waits for no one: what a member does not read
 * is kept for it, up to a limit.
 */
function tellRoom(bytes: Buffer): void {
  for (const member of room) {
    if (member.writableLength <= MAX_WAITING_BYTES) {
      member.write(bytes)
      continue
    }
    room.delete(member)
    member.destroy() // not end(), which would wait until everything has been read
  }
}

interface Header {
  fin: boolean
  opcode: number
  /** How many bytes the payload has, and how many come before it. */
  length: number
  size: number
}

interface Message {
  opcode: number
  fragments: Buffer[]
  length: number
}

/** The client has broken a rule: the connection is closed with this code. */
class Failure extends Error {
  readonly code: number

  constructor(code: number) {
    super(`${code}`)
    this.code = code
  }
}

/** RFC 6455, 5.2: the header at the start of these bytes, or undefined if it is incomplete. */
function readHeader(bytes: Buffer): Header | undefined {
  if (bytes.length < 2) return undefined
  const [first, second] = [bytes.readUInt8(0), bytes.readUInt8(1)]
  const [fin, opcode] = [(first & 0x80) !== 0, first & 0x0f]
  const [masked, short] = [(second & 0x80) !== 0, second & 0x7f]
  if ((first & 0x70) !== 0 || !OPCODES.includes(opcode) || !masked) throw new Failure(PROTOCOL_ERROR)
  if (opcode >= CLOSE && (!fin || short > 125)) throw new Failure(PROTOCOL_ERROR)

  const extended = short === 126 ? 2 : short === 127 ? 8 : 0
  const size = 2 + extended + 4
  if (bytes.length < size) return undefined
  const length =
    extended === 0 ? short : extended === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
  return { fin, opcode, length, size }
}

/** Judges a frame without waiting for its payload: does it belong here, is there room for it? */
function checkPlace({ opcode, length }: Header, message: Message | undefined): void {
  if (opcode >= CLOSE) return
  if ((opcode === CONTINUATION) !== (message !== undefined)) throw new Failure(PROTOCOL_ERROR)
  if (length + (message?.length ?? 0) > MAX_MESSAGE_BYTES) throw new Failure(TOO_BIG)
}

/** The payload of a frame whose header has this many bytes; the last four are the mask. */
function unmask(whole: Buffer, size: number): Buffer {
  const mask = whole.subarray(size - 4, size)
  const payload = whole.subarray(size)
  for (let i = 0; i < payload.length; i += 1) payload[i] = (payload[i] ?? 0) ^ (mask[i % 4] ?? 0)
  return payload
}

/** One whole frame, unmasked, with its length in as few bytes as possible. */
function frame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload
  const first = 0x80 | opcode
  if (length < 126) return Buffer.concat([Buffer.of(first, length), payload])
  if (length < 65_536) return Buffer.concat([Buffer.of(first, 126), uint16(length), payload])
  const long = Buffer.alloc(8)
  long.writeBigUInt64BE(BigInt(length))
  return Buffer.concat([Buffer.of(first, 127), long, payload])
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}

/** RFC 6455, 7.4: no frame may carry 1005, 1006 or 1015; nothing is defined below 1000. */
function mayBeSent(code: number): boolean {
  return (
    (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999)
  )
}
