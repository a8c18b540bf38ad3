import net from 'node:net'

const HEADER_BYTES = 4
const MAX_LENGTH = 1_000_000
const RECONNECT_MS = 500

export interface Place {
  x: number
  y: number
}

export interface Seen extends Place {
  id: number
  score: number
  name: string
}

export interface Snapshot {
  tick: number
  coin: Place
  players: Seen[]
}

/** What happens to a player, as it happens. */
export interface Listener {
  snapshot(snapshot: Snapshot): void
  /** It has a connection, or has none. */
  state(text: string): void
}

/** One player of the arena: joins, comes back with its token when its connection is lost, and measures how late things are. */
export class Player {
  readonly name: string
  readonly #address: { host: string; port: number }
  readonly #listener: Listener
  #socket: net.Socket | undefined
  #token: Buffer | undefined
  #again: NodeJS.Timeout | undefined
  #over = false
  id = -1
  tickMs = 50
  last: Snapshot | undefined
  /** Ms from the last MOVE to the snapshot that showed it. */
  answerMs: number | undefined
  /** How late the last snapshot was, by its own number, against the most punctual one. */
  lateMs = 0
  missed = 0
  #punctual = Number.POSITIVE_INFINITY
  #movedAt: number | undefined

  constructor(name: string, address: { host: string; port: number }, listener: Listener) {
    this.name = name
    this.#address = address
    this.#listener = listener
    this.#connect()
  }

  get me(): Seen | undefined {
    return this.last?.players.find(({ id }) => id === this.id)
  }

  get isPaused(): boolean {
    return this.#socket?.isPaused() ?? false
  }

  move(direction: number): void {
    this.#movedAt ??= performance.now()
    this.#send(2, Buffer.of(direction))
  }

  /** Stops reading, or goes on. */
  togglePause(): void {
    if (this.isPaused) this.#socket?.resume()
    else this.#socket?.pause()
  }

  leave(): void {
    this.#over = true
    clearTimeout(this.#again)
    this.#send(3)
    this.#socket?.end()
    setTimeout(() => this.#socket?.destroy(), 100).unref()
  }

  #connect(): void {
    const socket = net.connect({ ...this.#address, noDelay: true })
    let rest: Buffer = Buffer.alloc(0)
    this.#socket = socket
    socket.on('connect', () => {
      if (this.#token) this.#send(4, this.#token)
      else this.#send(1, Buffer.from(this.name))
    })
    socket.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk])
      while (rest.length >= HEADER_BYTES) {
        const length = rest.readUInt32BE()
        if (length === 0 || length > MAX_LENGTH) {
          this.#listener.state(`a frame of ${length} bytes? That is not the game's protocol.`)
          return void socket.destroy()
        }
        if (rest.length < HEADER_BYTES + length) return
        this.#take(rest.readUInt8(HEADER_BYTES), rest.subarray(HEADER_BYTES + 1, HEADER_BYTES + length))
        rest = rest.subarray(HEADER_BYTES + length)
      }
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#listener.state(error.code === 'ECONNREFUSED' ? 'nobody listens there (yet)' : `${error.code}`)
    })
    socket.on('close', () => {
      if (this.#over) return
      this.#listener.state('not connected')
      this.#again = setTimeout(() => this.#connect(), RECONNECT_MS)
    })
  }

  #take(type: number, body: Buffer): void {
    if (type === 128 && body.length === 20) {
      this.id = body.readUInt16BE()
      this.#token = Buffer.from(body.subarray(2, 18))
      this.tickMs = body.readUInt16BE(18)
      this.#punctual = Number.POSITIVE_INFINITY
      this.last = undefined
      this.#listener.state('')
    }
    if (type === 130) {
      this.#token = undefined
      this.#listener.state(`ERROR "${body.toString('latin1').replace(/[^\x20-\x7e]/g, '?')}"`)
    }
    if (type === 129) this.#see(toSnapshot(body))
  }

  #see(snapshot: Snapshot | undefined): void {
    if (!snapshot) return
    const now = performance.now()
    const before = this.me
    if (this.last) this.missed += Math.max(0, snapshot.tick - this.last.tick - 1)
    this.last = snapshot
    const due = now - snapshot.tick * this.tickMs
    this.#punctual = Math.min(this.#punctual, due)
    this.lateMs = due - this.#punctual
    const { me } = this
    if (this.#movedAt !== undefined && (before?.x !== me?.x || before?.y !== me?.y)) {
      this.answerMs = now - this.#movedAt
      this.#movedAt = undefined
    }
    // A wall answers nothing.
    if (this.#movedAt !== undefined && now - this.#movedAt > 1000) this.#movedAt = undefined
    this.#listener.snapshot(snapshot)
  }

  #send(type: number, body: Buffer = Buffer.alloc(0)): void {
    if (!this.#socket?.writable) return
    const frame = Buffer.concat([Buffer.alloc(HEADER_BYTES), Buffer.of(type), body])
    frame.writeUInt32BE(frame.length - HEADER_BYTES)
    this.#socket.write(frame)
  }
}

function toSnapshot(body: Buffer): Snapshot | undefined {
  if (body.length < 10) return undefined
  const players: Seen[] = []
  const count = body.readUInt16BE(8)
  for (let at = 10; players.length < count && at + 9 <= body.length; ) {
    const end = at + 9 + body.readUInt8(at + 8)
    players.push({
      id: body.readUInt16BE(at),
      x: body.readUInt16BE(at + 2),
      y: body.readUInt16BE(at + 4),
      score: body.readUInt16BE(at + 6),
      name: body.toString('latin1', at + 9, end).replace(/[^\x21-\x7e]/g, '?'),
    })
    at = end
  }
  return { tick: body.readUInt32BE(), coin: { x: body.readUInt16BE(4), y: body.readUInt16BE(6) }, players }
}
