// The same with an async loop for each client, one for the clock, and a pump for each player that sends the newest snapshot there is: whatever comes
// while a client does not read replaces what came before.
import { randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

const SIZE = 64
const DIRECTIONS = [
  [0, -1],
  [1, 0],
  [0, 1],
  [-1, 0],
] as const

const { HOST = '127.0.0.1', PORT = '4000', TICK_MS = '50', REJOIN_MS = '5000' } = process.env

interface Frame {
  type: number
  body: Buffer
}

class Player {
  readonly id: number
  readonly name: Buffer
  readonly token = randomBytes(16)
  cell: number
  score = 0
  wish = -1
  pump: Pump | undefined
  leftAt = 0

  constructor(id: number, name: Buffer, cell: number) {
    this.id = id
    this.name = name
    this.cell = cell
  }

  get isGone(): boolean {
    return !this.pump && performance.now() - this.leftAt >= Number(REJOIN_MS)
  }
}

/** Sends one client each snapshot if it has taken those before; else the newest, as soon as it has. */
class Pump {
  readonly socket: Socket
  #newest: Buffer | undefined

  constructor(socket: Socket) {
    this.socket = socket
  }

  offer(snapshot: Buffer): void {
    this.#newest = snapshot
    this.#send()
  }

  #send(): void {
    if (!this.#newest || this.socket.writableLength > 0 || !this.socket.writable) return
    this.socket.write(this.#newest, () => this.#send())
    this.#newest = undefined
  }
}

class Arena {
  readonly #players = new Map<string, Player>()
  #coin = randomInt(SIZE * SIZE)
  #tick = 0
  #ids = 0

  join(name: Buffer): Player {
    this.#ids += 1
    const player = new Player(this.#ids % 65_536, name, this.#freeCell())
    this.#players.set(player.token.toString('latin1'), player)
    return player
  }

  find(token: Buffer): Player | undefined {
    const player = this.#players.get(token.toString('latin1'))
    if (!player || player.isGone) return undefined
    if (!player.pump && this.#taken().has(player.cell)) player.cell = this.#freeCell()
    return player
  }

  forget(player: Player): void {
    this.#players.delete(player.token.toString('latin1'))
  }

  play(): void {
    for (const player of this.#players.values()) if (player.isGone) this.forget(player)
    this.#tick += 1
    for (const player of this.#present()) this.#move(player)
    const snapshot = this.#snapshot()
    for (const { pump } of this.#present()) pump?.offer(snapshot)
  }

  #move(player: Player): void {
    const [dx, dy] = DIRECTIONS[player.wish] ?? [0, 0]
    const [x, y] = [(player.cell % SIZE) + dx, Math.floor(player.cell / SIZE) + dy]
    player.wish = -1
    if (x < 0 || y < 0 || x >= SIZE || y >= SIZE) return
    const cell = y * SIZE + x
    if (this.#present().some((other) => other.cell === cell)) return
    player.cell = cell
    if (cell !== this.#coin) return
    player.score += 1
    this.#coin = this.#freeCell()
  }

  #present(): Player[] {
    return [...this.#players.values()].filter(({ pump }) => pump)
  }

  #taken(): Set<number> {
    return new Set([this.#coin, ...this.#present().map(({ cell }) => cell)])
  }

  #freeCell(): number {
    const taken = this.#taken()
    const free = Array.from({ length: SIZE * SIZE }, (_, cell) => cell).filter((cell) => !taken.has(cell))
    return free[randomInt(free.length)] ?? 0
  }

  #snapshot(): Buffer {
    const present = this.#present()
    const start = Buffer.alloc(10)
    start.writeUInt32BE(this.#tick)
    start.writeUInt16BE(this.#coin % SIZE, 4)
    start.writeUInt16BE(Math.floor(this.#coin / SIZE), 6)
    start.writeUInt16BE(present.length, 8)
    const entries = present.map(({ id, cell, score, name }) => {
      const entry = Buffer.alloc(9)
      for (const [i, value] of [id, cell % SIZE, Math.floor(cell / SIZE), score].entries())
        entry.writeUInt16BE(value, 2 * i)
      entry.writeUInt8(name.length, 8)
      return Buffer.concat([entry, name])
    })
    return pack(129, Buffer.concat([start, ...entries]))
  }
}

const arena = new Arena()
const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => void serve(socket)).listen(
  Number(PORT),
  HOST,
)
await once(server, 'listening')
for (let due = performance.now(); ; due += Number(TICK_MS)) {
  await delay(Math.max(0, due - performance.now()))
  arena.play()
}

async function serve(socket: Socket): Promise<void> {
  const pump = new Pump(socket)
  const me: { player: Player | undefined } = { player: undefined }
  socket.on('error', () => {})
  const out = () => {
    if (me.player?.pump !== pump) return
    me.player.pump = undefined
    me.player.wish = -1
    me.player.leftAt = performance.now()
  }
  socket.on('close', out)
  try {
    for await (const frame of frames(socket)) {
      const wrong = frame ? obey(frame, me, pump) : 'a length that cannot be'
      if (wrong === undefined) continue
      out()
      if (wrong !== '') socket.write(pack(130, Buffer.from(wrong)))
      break
    }
  } catch {
    // a reset: the others play on
  }
  out()
  socket.end()
  socket.resume()
}

/** What is wrong with the frame; an empty text if the client takes its leave. */
function obey({ type, body }: Frame, me: { player: Player | undefined }, pump: Pump): string | undefined {
  const { player } = me
  if (type === 2 && player && body.length === 1 && (body[0] ?? 4) < 4) {
    player.wish = body[0] ?? -1
    return undefined
  }
  if (type === 3 && player && body.length === 0) {
    arena.forget(player)
    return ''
  }
  if (player) return 'not now'
  if (type === 1 && /^[\x21-\x7e]+$/.test(body.toString('latin1'))) me.player = arena.join(Buffer.from(body))
  else if (type === 4) me.player = arena.find(body)
  if (!me.player) return 'nobody I know'
  me.player.pump?.socket.end()
  me.player.pump = pump
  const welcome = Buffer.concat([Buffer.alloc(2), me.player.token, Buffer.alloc(2)])
  welcome.writeUInt16BE(me.player.id)
  welcome.writeUInt16BE(Number(TICK_MS), 18)
  pump.socket.write(pack(128, welcome))
  return undefined
}

/** The frames of a stream, and undefined for one whose length cannot be. */
async function* frames(socket: Socket): AsyncGenerator<Frame | undefined> {
  let rest = Buffer.alloc(0)
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    rest = Buffer.concat([rest, chunk as Buffer])
    while (rest.length >= 4) {
      const length = rest.readUInt32BE()
      if (length === 0 || length > 256) yield undefined
      if (rest.length < 4 + length) break
      yield { type: rest.readUInt8(4), body: rest.subarray(5, 4 + length) }
      rest = rest.subarray(4 + length)
    }
  }
}

function pack(type: number, body: Buffer): Buffer {
  const start = Buffer.alloc(5)
  start.writeUInt32BE(1 + body.length)
  start.writeUInt8(type, 4)
  return Buffer.concat([start, body])
}
