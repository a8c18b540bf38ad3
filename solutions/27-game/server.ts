import { randomBytes, randomInt } from 'node:crypto'
import { createServer, type Socket } from 'node:net'

const SIZE = 64
const HEADER_BYTES = 4
const TOKEN_BYTES = 16
const MAX_LENGTH = 256
const MAX_PLAYERS = 1000
/** How many missed ticks are made up for before input is handled again. */
const MAX_AT_ONCE = 5

const [JOIN, MOVE, LEAVE, REJOIN] = [1, 2, 3, 4]
const [WELCOME, SNAPSHOT, ERROR] = [128, 129, 130]

interface Cell {
  x: number
  y: number
}

interface Player extends Cell {
  id: number
  name: Buffer
  token: Buffer
  score: number
  /** The direction of the last MOVE since the last tick. */
  wish: number | undefined
  /** Undefined while the player is away: not in the arena, but may come back. */
  socket: Socket | undefined
  forgetting: NodeJS.Timeout | undefined
}

/** Up, right, down, left. */
const STEPS: readonly Cell[] = [
  { x: 0, y: -1 },
  { x: 1, y: 0 },
  { x: 0, y: 1 },
  { x: -1, y: 0 },
]

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)
const tickMs = Number(process.env.TICK_MS ?? 50)
const rejoinMs = Number(process.env.REJOIN_MS ?? 5000)

/** All players with a valid token, by its hex digits. */
const players = new Map<string, Player>()
let coin: Cell = { x: randomInt(SIZE), y: randomInt(SIZE) }
let lastId = 0
let tick = 0
let due = performance.now() + tickMs

// Without noDelay a snapshot waits in the kernel until the client has acknowledged the one before.
createServer({ noDelay: true }, serve).listen(port, host)
setTimeout(keepTime, tickMs)

// Counted from when this tick was due, not from when it ran: one late tick delays no others.
function keepTime(): void {
  for (let made = 0; made < MAX_AT_ONCE && due <= performance.now(); made += 1) {
    play()
    due += tickMs
  }
  setTimeout(keepTime, Math.max(0, due - performance.now()))
}

function play(): void {
  tick += 1
  for (const player of inArena()) step(player)
  const snapshot = frame(SNAPSHOT, ...state())
  for (const { socket } of inArena()) {
    // A client that has not read the last snapshot misses this one: the next will be newer.
    if (socket?.writableLength === 0) socket.write(snapshot)
  }
}

function step(player: Player): void {
  const { x, y } = STEPS[player.wish ?? -1] ?? { x: 0, y: 0 }
  const to = { x: player.x + x, y: player.y + y }
  player.wish = undefined
  if (!isInside(to) || inArena().some((other) => isSame(other, to))) return
  Object.assign(player, to)
  if (!isSame(coin, to)) return
  player.score += 1
  coin = freeCell()
}

function serve(socket: Socket): void {
  let rest: Buffer = Buffer.alloc(0) // the beginning of a frame
  let player: Player | undefined
  let over = false

  socket.on('data', (chunk: Buffer) => {
    if (over) return // read and dropped: left unread, it would turn our FIN into RST
    rest = Buffer.concat([rest, chunk])
    try {
      while (!over && takeFrame()) {}
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      hangUp(frame(ERROR, Buffer.from(error.message)))
    }
  })
  // Both: 'close' waits until the client has read everything, and after a reset there is no 'end'.
  socket.on('end', lose)
  socket.on('close', lose)
  socket.on('error', () => {})

  function takeFrame(): boolean {
    if (rest.length < HEADER_BYTES) return false
    const length = rest.readUInt32BE()
    if (length === 0 || length > MAX_LENGTH) throw new Refusal('bad length')
    const end = HEADER_BYTES + length
    if (rest.length < end) return false
    obey(rest.readUInt8(HEADER_BYTES), rest.subarray(HEADER_BYTES + 1, end))
    rest = rest.subarray(end)
    return true
  }

  function obey(type: number, body: Buffer): void {
    if (type === JOIN && !player) welcome(join(body))
    else if (type === REJOIN && !player) welcome(rejoin(body))
    else if (type === MOVE && player) player.wish = direction(body)
    else if (type === LEAVE && player && body.length === 0) {
      hangUp()
      players.delete(keyOf(player.token)) // for good
    } else throw new Refusal('bad frame')
  }

  function welcome(newcomer: Player): void {
    clearTimeout(newcomer.forgetting)
    newcomer.socket?.destroy() // the player's previous connection, whose end we may not have seen yet
    newcomer.socket = socket
    player = newcomer
    socket.write(frame(WELCOME, uint16(player.id), player.token, uint16(tickMs)))
  }

  function hangUp(last: Buffer = Buffer.alloc(0)): void {
    over = true
    lose()
    socket.end(last)
  }

  /** Takes the player out of the arena, unless it has come back on another connection. */
  function lose(): void {
    if (player?.socket !== socket) return
    const { token } = player
    player.socket = undefined
    player.wish = undefined
    player.forgetting = setTimeout(() => players.delete(keyOf(token)), rejoinMs)
  }
}

class Refusal extends Error {}

function join(name: Buffer): Player {
  // Printable ASCII: a name that can move the cursor could rewrite the screens of others.
  if (name.length === 0 || name.some((byte) => byte <= 0x20 || byte >= 0x7f)) throw new Refusal('bad name')
  if (players.size >= MAX_PLAYERS) throw new Refusal('the arena is full')
  const ids = new Set([...players.values()].map(({ id }) => id))
  do lastId = (lastId + 1) % 0x10000
  while (ids.has(lastId))
  const player = {
    ...freeCell(),
    id: lastId,
    name: Buffer.from(name),
    token: randomBytes(TOKEN_BYTES),
    score: 0,
    wish: undefined,
    socket: undefined,
    forgetting: undefined,
  }
  players.set(keyOf(player.token), player)
  return player
}

function rejoin(token: Buffer): Player {
  const player = players.get(keyOf(token))
  if (!player) throw new Refusal('unknown token')
  if (!player.socket && !isFree(player)) Object.assign(player, freeCell())
  return player
}

function direction(body: Buffer): number {
  const [value = STEPS.length] = body
  if (body.length !== 1 || value >= STEPS.length) throw new Refusal('bad direction')
  return value
}

function inArena(): Player[] {
  return [...players.values()].filter(({ socket }) => socket)
}

function freeCell(): Cell {
  for (;;) {
    const cell = { x: randomInt(SIZE), y: randomInt(SIZE) }
    if (isFree(cell)) return cell
  }
}

function isFree(cell: Cell): boolean {
  return !isSame(coin, cell) && !inArena().some((player) => isSame(player, cell))
}

function isInside({ x, y }: Cell): boolean {
  return x >= 0 && x < SIZE && y >= 0 && y < SIZE
}

function isSame(one: Cell, other: Cell): boolean {
  return one.x === other.x && one.y === other.y
}

/** The whole state each time: no earlier snapshot is needed to understand this one. */
function state(): Buffer[] {
  const start = Buffer.alloc(4)
  start.writeUInt32BE(tick)
  const all = inArena()
  return [
    start,
    uint16(coin.x, coin.y, all.length),
    ...all.flatMap(({ id, x, y, score, name }) => [uint16(id, x, y, score), Buffer.of(name.length), name]),
  ]
}

function keyOf(token: Buffer): string {
  return token.toString('hex')
}

function uint16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length)
  for (const [i, value] of values.entries()) bytes.writeUInt16BE(value, 2 * i)
  return bytes
}

function frame(type: number, ...parts: Buffer[]): Buffer {
  const start = Buffer.alloc(HEADER_BYTES + 1)
  start.writeUInt8(type, HEADER_BYTES)
  const whole = Buffer.concat([start, ...parts])
  whole.writeUInt32BE(whole.length - HEADER_BYTES)
  return whole
}
