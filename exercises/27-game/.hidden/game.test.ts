import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import {
  expectSame,
  expectThat,
  meanwhile,
  type Peer,
  random,
  type Server,
  startServer,
  untilFull,
} from '#harness'

const SIZE = 64
const [JOIN, MOVE, LEAVE, REJOIN] = [1, 2, 3, 4]
const [WELCOME, SNAPSHOT, ERROR] = [128, 129, 130]
const [UP, RIGHT, DOWN, LEFT] = [0, 1, 2, 3]
const STEPS = [
  [0, -1],
  [1, 0],
  [0, 1],
  [-1, 0],
] as const
const TOKEN_BYTES = 16
/** A correct server never sends a frame as long as this. */
const MAX_FRAME_BYTES = 1_000_000
/**
 * What a server has not done after this time, and in so many snapshots after which no other waits,
 * it will not do.
 */
const LONG_MS = 3000
const MANY_CHANCES = 5
/** What a server has not done in so many rounds either. */
const MANY_ROUNDS = 4
/** How long a server is stopped to make it miss ticks. */
const STOP_MS = 700
/**
 * How long it is stopped to have a few ticks due, and after how long a pause the client's kernel
 * acknowledges at once.
 */
const PAUSE_MS = 110
const MAX_PAUSE_MS = 190
const QUICK = { TICK_MS: '10' }
/**
 * Tokens outlast every test. The ticks leave a server time to sleep, which shows that nothing more
 * will come.
 */
const PATIENT = { TICK_MS: '40', REJOIN_MS: '600000' }

test('welcomes a player with an id, a token and its TICK_MS', async () => {
  const tickMs = random.int(21, 900)
  const server = await startServer({ env: { TICK_MS: `${tickMs}` } })

  const alice = await join(server, 'alice')

  await expectSame(alice.tickMs, tickMs, 'send alice a WELCOME with a TICK_MS of')
  await server.expectOneListener()
})

test('numbers ticks without a gap and sends a snapshot for each', async () => {
  const server = await startServer({ env: QUICK })
  const alice = await join(server, 'alice')
  const bob = await join(server, 'bob')

  for (const direction of [UP, RIGHT, DOWN, LEFT]) await alice.send(frame(MOVE, [direction]))

  await alice.snapshots(20)
  await bob.snapshots(20)
})

test('shows all players in the next snapshot', async () => {
  const server = await startServer()
  const alice = await join(server, 'alice')
  await expectNames(await alice.snapshot(), ['alice'])

  await expectSame(alice.tickMs, 50, 'send alice, where TICK_MS is not set, a WELCOME with')
  const longest = `!~${random.letters(253)}`
  const bob = await join(server, longest)

  await expectNames(await bob.snapshot(), ['alice', longest])
  await alice.until((shot) => shot.players.length > 1, 'show alice that somebody has joined')
  await expectSame(alice.me.score, 0, "begin with alice's score at")
})

test('sends nothing to a client that has not joined', async () => {
  const server = await startServer({ env: QUICK })
  const mallory = await server.connect('mallory')
  await mallory.sendInPieces(frame(JOIN, 'mallory').subarray(0, 9), [8, 1])
  const alice = await join(server, 'alice')

  await alice.snapshots(5)

  await mallory.expectNothing()
  await mallory.end()
  await mallory.expectEnd()
})

test(
  'catches up after late ticks',
  meanwhile(async () => {
    const tickMs = random.int(20, 30)
    const start = performance.now()
    const server = await startServer({ env: { TICK_MS: `${tickMs}` } })
    const alice = await join(server, 'alice')
    const { tick } = await alice.snapshot()

    await expectPace(server, alice, tickMs)

    // Five more than could have been due since before the server was there.
    await alice.snapshots(50)
    await alice.catchUp()
    const due = Math.ceil((performance.now() - start) / tickMs) + 5
    const made = alice.last.tick - tick
    await expectThat(made <= due, `make at most ${due} ticks in the time since its start`, `made ${made}`)
  }),
)

test('moves a player one cell per MOVE, in every direction', async () => {
  const server = await startServer({ env: QUICK })
  const alice = await join(server, 'alice')
  await alice.snapshot()
  const aside = alice.me.x < 32 ? [RIGHT, LEFT] : [LEFT, RIGHT]
  const along = alice.me.y < 32 ? [DOWN, UP] : [UP, DOWN]

  for (const direction of [...aside, ...along]) {
    await alice.step(direction)
    await alice.expectRest('once her MOVE has been made')
  }
})

test('makes one move per tick, the last one sent', async () => {
  const server = await startServer({ env: { TICK_MS: '100' } })
  const alice = await join(server, 'alice')

  await expectLastMove(alice)

  await alice.expectRest('after the tick')
})

test(
  'keeps players inside the arena',
  meanwhile(async () => {
    const server = await startServer({ env: { TICK_MS: '4' } })
    const alice = await join(server, 'alice')

    for (const direction of [UP, LEFT, DOWN, RIGHT]) await alice.push(direction)

    await expectSame(cellOf(alice.me), { x: SIZE - 1, y: SIZE - 1 }, 'stop alice in the corner, at')
  }),
)

test(
  'stops a player at an occupied cell',
  meanwhile(async () => {
    const server = await startServer({ env: QUICK })
    const [alice, bob] = await joinAll(server, 'alice', 'bob')
    await alice.walkTo(alice.me.x < 32 ? { x: 20, y: 40 } : { x: 50, y: 40 })
    const stands = cellOf(alice.me)
    await bob.catchUp()
    await bob.walkTo({ x: stands.x, y: 30 })
    await bob.walkTo({ x: stands.x, y: 39 })

    await bob.push(DOWN)

    await expectSame(cellOf(bob.me), { x: stands.x, y: 39 }, 'stop bob, whose way alice blocks, at')
    await alice.catchUp()
    await expectSame(cellOf(alice.me), stands, 'leave alice, whom bob has run into, at')
  }),
)

test('sends all clients the same snapshot of each tick', async () => {
  const server = await startServer({ env: QUICK })
  const [alice, bob, carol] = await joinAll(server, 'alice', 'bob', 'carol')
  const { tick } = carol.last

  for (let moves = 0; moves < 8; moves += 1) await carol.step(carol.open)

  await expectSameShots([carol, alice, bob], tick, carol.last.tick)
})

test('rejects what a client may not send before it has joined', async () => {
  const server = await startServer()

  await expectRefusal(server, frame(MOVE, [UP]))
  await expectRefusal(server, frame(LEAVE))
  await expectRefusal(server, frame(REJOIN, random.bytes(TOKEN_BYTES)))
  await expectRefusal(server, frame(REJOIN, random.bytes(3)))
  await expectRefusal(server, frame(JOIN))
  for (const byte of [' ', '\n', '\x1b', '\x7f', '\xe9'])
    await expectRefusal(server, frame(JOIN, `al${byte}ice`))
  await expectRefusal(server, frame(random.int(5, 255), 'alice'))
  await expectRefusal(server, frame(0))
})

test('removes a player at LEAVE and ends the connection', async () => {
  const server = await startServer({ env: PATIENT })
  const [alice, bob] = await joinAll(server, 'alice', 'bob')

  await bob.send(frame(LEAVE))

  await alice.untilNames(['alice'])
  await bob.peer.readToEnd()
  await expectRefusal(server, frame(REJOIN, bob.token))
})

test('reads frames however they are cut', async () => {
  const server = await startServer({ env: QUICK })
  const alice = await join(server, 'alice')
  const bob = await server.connect('bob')
  await alice.snapshot()
  const direction = alice.me.x < 32 ? RIGHT : LEFT

  await bob.sendInPieces(Buffer.concat([frame(JOIN, 'bob'), frame(MOVE, [UP]), frame(LEAVE)]), [7, 5, 3, 1])
  await new Player(bob).welcome()
  await bob.readToEnd()

  await alice.untilNames(['alice'])
  await alice.sendInPieces(frame(MOVE, [direction]))
  await alice.until(() => alice.hasMoved, 'move alice, whose MOVE came byte by byte')
})

test(
  'counts a coin that a player reaches and moves it elsewhere',
  meanwhile(async () => {
    const server = await startServer({ env: { TICK_MS: '4' } })
    const alice = await join(server, 'alice')
    await alice.snapshot()

    for (const score of [1, 2, 3]) {
      const { coin } = alice.last
      await alice.walkTo(coin)
      await expectSame(alice.me.score, score, 'give alice, who has stepped on a coin, a score of')
      const where = isSame(alice.last.coin, coin) ? 'where it was' : 'on another cell'
      await expectSame(where, 'on another cell', 'put a coin that has been taken')
    }
  }),
)

test('gives each player its own id and an unguessable token', async () => {
  const server = await startServer()
  const players = await joinMany(server, 24)

  const ids = new Set(players.map(({ id }) => id))
  await expectSame(ids.size, players.length, 'give 24 players different ids, in all')
  const values = Array.from({ length: TOKEN_BYTES }, (_, i) => new Set(players.map(({ token }) => token[i])))
  const fixed = values.flatMap(({ size }, i) => (size === 1 ? [i] : []))
  await expectSame(fixed, [], 'make all 16 bytes of a token random; bytes that are the same in 24 tokens:')
})

test('removes a player when its connection ends, by FIN or RST', async () => {
  const server = await startServer({ env: PATIENT })
  const [alice, bob, carol] = await joinAll(server, 'alice', 'bob', 'carol')

  await bob.peer.end()
  await alice.untilNames(['alice', 'carol'])
  await bob.peer.readToEnd()
  await carol.peer.reset()

  await alice.untilNames(['alice'])
})

test(
  'brings a player back with its score and place at REJOIN',
  meanwhile(async () => {
    const server = await startServer({ env: { ...PATIENT, ...QUICK } })
    const [alice, carol] = await joinAll(server, 'alice', 'carol')
    await alice.walkTo(alice.last.coin)
    const before = alice.me

    await alice.peer.reset()
    await carol.untilNames(['carol'])
    await join(server, 'dave')
    const again = await rejoin(server, 'alice', alice.token)
    await again.snapshot()

    await expectSame(again.id, before.id, 'give alice back the id')
    await expectSame(again.me, before, 'bring alice back as')
    await again.peer.reset()
    await carol.untilNames(['carol', 'dave'])
    const oncemore = await rejoin(server, 'alice', again.token)
    await oncemore.snapshot()
    await expectSame(oncemore.me, before, 'bring alice back, for the second time, as')
  }),
)

test(
  'gives a returning player another cell if its own is taken',
  meanwhile(async () => {
    const server = await startServer({ env: { ...PATIENT, ...QUICK } })
    const [alice, bob] = await joinAll(server, 'alice', 'bob')
    const place = cellOf(alice.me)

    await alice.peer.end()
    await bob.untilNames(['bob'])
    await bob.walkTo(place)
    const again = await rejoin(server, 'alice', alice.token)

    await expectNames(await again.snapshot(), ['bob', 'alice'])
  }),
)

test('moves a player to a new connection while the old one is open', async () => {
  const server = await startServer({ env: PATIENT })
  const [alice, bob] = await joinAll(server, 'alice', 'bob')

  const again = await rejoin(server, 'alice', alice.token)

  await again.snapshots(3)
  await alice.catchUp()
  await again.snapshots(3)
  await expectSame(alice.peer.unread, 0, 'stop sending to the old connection; bytes that have come since:')
  await alice.peer.readToEnd()
  await alice.peer.end()
  await again.snapshots(3)
  await expectNames(again.last, ['alice', 'bob'])
  await again.step(again.open)
  await bob.untilNames(['alice', 'bob'])
})

test(
  'does not forget a player that has rejoined',
  meanwhile(async () => {
    const server = await startServer({ env: { TICK_MS: '20', REJOIN_MS: '500' } })
    const [alice, bob] = await joinAll(server, 'alice', 'bob')
    const again = new Player(await server.connect('alice again'), 'alice')

    await server.whileStopped(async () => {
      await alice.peer.end()
      await again.send(frame(REJOIN, alice.token))
    })
    await again.welcome()
    const back = performance.now()
    await bob.until(() => performance.now() > back + 800, 'go on with its ticks')

    await bob.untilNames(['alice', 'bob'])
  }),
)

test(
  'forgets a token after REJOIN_MS',
  meanwhile(async () => {
    const server = await startServer({ env: { TICK_MS: '20', REJOIN_MS: '150' } })
    const [alice, bob] = await joinAll(server, 'alice', 'bob')

    await alice.peer.reset()
    await bob.untilNames(['bob'])
    const gone = performance.now()
    await bob.until(() => performance.now() > gone + 300, 'go on with its ticks')
    // The server has looked at its timers since: it has answered carol, and has ticked after that.
    const carol = await join(server, 'carol')
    await carol.snapshots(2)

    await expectRefusal(server, frame(REJOIN, alice.token))
  }),
)

test('rejects a bad frame and removes the player who sent it', async () => {
  const server = await startServer()
  const alice = await join(server, 'alice')

  for (const direction of [4, random.int(5, 255)])
    await expectRefusal(server, frame(JOIN, 'bob'), frame(MOVE, [direction]))
  await expectRefusal(server, frame(JOIN, 'bob'), frame(MOVE, [UP, 63, 63]))
  await expectRefusal(server, frame(JOIN, 'bob'), frame(MOVE))
  await expectRefusal(server, frame(JOIN, 'bob'), frame(LEAVE, [0]))
  await expectRefusal(server, frame(JOIN, 'bob'), frame(random.int(5, 127)))
  await expectRefusal(server, frame(JOIN, 'bob'), frame(JOIN, 'bob'))
  await expectRefusal(server, frame(JOIN, 'bob'), frame(REJOIN, alice.token))

  const carol = await join(server, 'carol')
  await carol.untilNames(['alice', 'carol'])
})

test('rejects a length of 0 or over 256 from the header alone', async () => {
  const server = await startServer()

  await expectRefusal(server, header(0))
  await expectRefusal(server, header(257))
  await expectRefusal(server, header(0xff_00_00_05))
})

test('ignores what follows a bad frame and ends with FIN, not RST', async () => {
  const server = await startServer()
  await join(server, 'alice')
  const mallory = await server.connect('mallory')

  const sent = mallory.send(Buffer.concat([frame(99), frame(JOIN, 'mallory'), random.bytes(1024 * 1024)]))

  await new Player(mallory).expectError()
  await sent
  await mallory.expectEnd({ clean: true })
  const carol = await join(server, 'carol')
  await carol.untilNames(['alice', 'carol'])
})

test(
  'sends snapshots without waiting for acknowledgements',
  meanwhile(async () => {
    const server = await startServer({ env: { TICK_MS: '20' } })
    const alice = await join(server, 'alice')

    await expectNoWaiting(server, alice)
  }),
)

test(
  'skips snapshots while a client does not read',
  meanwhile(async () => {
    const { server, alice } = await stall()
    const carol = await join(server, 'carol')
    const { tick } = await carol.snapshot()

    alice.peer.resume()
    const came = await alice.until((shot) => shot.tick >= tick, 'send alice the newest snapshot', {
      skips: true,
      within: 20_000,
    })

    const late = came.filter((shot) => shot.tick < tick && shot.tick >= tick - 20)
    await expectSame(
      late.length,
      0,
      `skip the 20 ticks before ${tick} for alice, who has not read for long; of these she got`,
    )
    await expectSame(alice.last.players.length, 42, 'then show alice all players, in number')
  }),
)

test(
  'removes a player at FIN even if it has not read for long',
  meanwhile(async () => {
    const { server, alice } = await stall()

    await alice.peer.end()

    const carol = await join(server, 'carol')
    const isOut = ({ players }: Shot) => players.every(({ name }) => name !== alice.name)
    await carol.until(isOut, 'remove alice, who has sent FIN, from the arena', { skips: true })
  }),
)

test(
  'has room for 260 players and removes them all',
  meanwhile(async () => {
    const server = await startServer({ env: { TICK_MS: '150', REJOIN_MS: '100' } })
    const alice = await join(server, 'alice')
    const bots = await joinMany(server, 259)

    await alice.until((shot) => shot.players.length === 260, 'show 260 players')
    await expectSameShots([alice, ...bots], alice.last.tick, alice.last.tick + 2)

    await Promise.all(bots.map(({ peer }) => peer.reset()))
    await alice.untilNames(['alice'])
    await server.expectSockets(2)
  }),
)

interface Cell {
  x: number
  y: number
}

interface Entry extends Cell {
  id: number
  score: number
  name: string
}

interface Shot {
  tick: number
  coin: Cell
  count: number
  players: Entry[]
  bytes: Buffer
  /** Where the last player ends. */
  length: number
}

/** A client that has joined, or is about to. */
class Player {
  readonly peer: Peer
  readonly name: string
  id = 0
  token: Buffer = Buffer.alloc(0)
  tickMs = 0
  /** The last snapshot that was looked at. */
  last: Shot = shotIn(Buffer.alloc(0))
  /** What it was sent, by tick. */
  readonly shots = new Map<number, Buffer>()
  #before: Cell | undefined

  /** `name`: what it joins as, if that is not what the peer is called. */
  constructor(peer: Peer, name = peer.name) {
    this.peer = peer.endless()
    this.name = name
  }

  /** As the last snapshot has it. */
  get me(): Entry {
    return (
      this.last.players.find(({ name }) => name === this.name) ?? { x: 0, y: 0, id: 0, score: 0, name: '' }
    )
  }

  /** Whether the last snapshot has it elsewhere than the one before. */
  get hasMoved(): boolean {
    return this.#before !== undefined && !isSame(this.#before, this.me)
  }

  /** A direction in which nothing is in the way. */
  get open(): number {
    return this.#ways([UP, RIGHT, DOWN, LEFT])[0] ?? UP
  }

  send(...frames: Buffer[]): Promise<void> {
    return this.peer.send(Buffer.concat(frames))
  }

  sendInPieces(bytes: Buffer): Promise<void> {
    return this.peer.sendInPieces(bytes)
  }

  async welcome(): Promise<this> {
    const body = await this.#frame(WELCOME)
    await expectSame(
      body.length,
      2 + TOKEN_BYTES + 2,
      `send ${this.peer.name} a WELCOME whose length, after the type, is`,
    )
    this.id = body.readUInt16BE()
    this.token = body.subarray(2, 2 + TOKEN_BYTES)
    this.tickMs = body.readUInt16BE(2 + TOKEN_BYTES)
    return this
  }

  /**
   * The next snapshot, which makes sense by itself and after the one before. `skips`: some may be
   * missing.
   */
  async snapshot({ skips = false } = {}): Promise<Shot> {
    const { tick } = this.last
    const before = this.last.players.length > 0 ? cellOf(this.me) : undefined
    const shot = await toShot(this.peer.name, await this.#frame(SNAPSHOT))
    const next = skips ? Math.max(shot.tick, tick + 1) : tick + 1
    if (before) await expectSame(shot.tick, next, `send ${this.peer.name}, after tick ${tick}, tick`)
    this.last = shot
    this.shots.set(shot.tick, shot.bytes)
    this.shots.delete(shot.tick - 100)
    this.#before = before
    const entries = shot.players.filter(({ name }) => name === this.name)
    await expectSame(
      entries.map(({ id }) => id),
      [this.id],
      `show ${this.peer.name} in tick ${shot.tick} once, with the id`,
    )
    return shot
  }

  async snapshots(count: number): Promise<Shot[]> {
    const shots: Shot[] = []
    while (shots.length < count) shots.push(await this.snapshot())
    return shots
  }

  /** Reads so many frames for their lengths alone. */
  async skim(count: number): Promise<number> {
    let bytes = 0
    for (let i = 0; i < count; i += 1) bytes += (await readFrame(this.peer)).length
    return bytes
  }

  /** Reads snapshots until it is so, and returns them. `within`: how long that may take. */
  async until(
    isSo: (shot: Shot) => boolean,
    should: string,
    { within = LONG_MS, ...options }: { skips?: boolean; within?: number } = {},
  ): Promise<Shot[]> {
    const shots: Shot[] = []
    const isLate = this.#lateness(within)
    do {
      await expectThat(!isLate(), should, `${shots.length} ticks later it still had not`)
      shots.push(await this.snapshot(options))
    } while (!isSo(this.last))
    return shots
  }

  /** These players, and nobody else, are in the arena soon. */
  async untilNames(names: string[]): Promise<void> {
    const wanted = `${names.toSorted()}`
    const isLate = this.#lateness(LONG_MS)
    while (`${namesOf(await this.snapshot())}` !== wanted) if (isLate()) await expectNames(this.last, names)
  }

  /**
   * To be asked after each snapshot. A snapshot says nothing if it was made before the server could
   * read what it was sent.
   */
  #lateness(within: number): () => boolean {
    const start = performance.now()
    let chances = 0
    return () => {
      const took = performance.now() - start
      if (took > within && this.peer.unread === 0) chances += 1
      return chances > MANY_CHANCES || took > 10 * within
    }
  }

  /** Reads what has come so far. */
  async catchUp(): Promise<void> {
    while (this.peer.unread > 0) await this.snapshot()
  }

  /** One move, made before this returns. */
  async step(direction: number): Promise<void> {
    const from = cellOf(this.me)
    await this.send(frame(MOVE, [direction]))
    await this.until(() => !isSame(this.me, from), `move ${this.name}, who has sent MOVE,`)
    await expectSame(cellOf(this.me), moved(from, direction), `move ${this.name} one cell, to`)
  }

  /** In this direction until something is in the way, and then a few times more. */
  async push(direction: number): Promise<void> {
    await this.catchUp()
    while (this.#ways([direction]).length > 0) await this.step(direction)
    for (let i = 0; i < 5; i += 1) {
      await this.send(frame(MOVE, [direction]))
      await this.snapshots(2)
      await this.catchUp()
    }
  }

  /** To this cell, around others. */
  async walkTo(to: Cell): Promise<void> {
    if (this.last.players.length === 0) await this.snapshot()
    while (!isSame(this.me, to)) {
      const [across, along] = [to.x - this.me.x, to.y - this.me.y]
      const towards = [across < 0 ? LEFT : RIGHT, along < 0 ? UP : DOWN]
      const [first = UP, second = UP] = Math.abs(across) > Math.abs(along) ? towards : towards.toReversed()
      const useful = [first, second].filter((_, i) => i === 0 || (across !== 0 && along !== 0))
      await this.step(this.#ways([...useful, second, UP, RIGHT, DOWN, LEFT])[0] ?? UP)
    }
  }

  /** It stays where it is, for a few ticks. */
  async expectRest(when: string): Promise<void> {
    const place = cellOf(this.me)
    await this.catchUp()
    await this.snapshots(3)
    await expectSame(cellOf(this.me), place, `leave ${this.name} where she is ${when}, at`)
  }

  /** The server refuses what it has sent, perhaps after a few snapshots. */
  async expectError(): Promise<void> {
    const start = performance.now()
    for (;;) {
      const [type = 0, ...text] = await readFrame(this.peer, 'an ERROR')
      if (type === ERROR)
        return expectSame(text.length > 0 ? 'a text' : 'nothing', 'a text', 'send in its ERROR')
      const isPatient = performance.now() - start < LONG_MS && (type === WELCOME || type === SNAPSHOT)
      if (!isPatient) await expectSame(type, ERROR, `answer ${this.peer.name} with a frame of type`)
    }
  }

  async #frame(type: number): Promise<Buffer> {
    const body = await readFrame(this.peer, `a ${type === WELCOME ? 'WELCOME' : 'SNAPSHOT'}`)
    await expectSame(body[0], type, `send ${this.peer.name} a frame of type`)
    return body.subarray(1)
  }

  #ways(directions: number[]): number[] {
    return directions.filter((each) => {
      const to = moved(this.me, each)
      return (
        to.x >= 0 &&
        to.x < SIZE &&
        to.y >= 0 &&
        to.y < SIZE &&
        !this.last.players.some((one) => isSame(one, to))
      )
    })
  }
}

async function readFrame(peer: Peer, what = 'a frame'): Promise<Buffer> {
  const length = (await peer.read(4, what)).readUInt32BE()
  const isPossible = length > 0 && length <= MAX_FRAME_BYTES
  if (!isPossible)
    await expectSame(length, `1 to ${MAX_FRAME_BYTES}`, `send ${peer.name} a frame whose length is`)
  return peer.read(length, `a frame of ${length} bytes`)
}

/** What a snapshot says, after its type, as far as it goes. */
function shotIn(body: Buffer): Shot {
  const bytes = Buffer.concat([body, Buffer.alloc(Math.max(0, 12 - body.length))])
  const count = bytes.readUInt16BE(8)
  const coin = { x: bytes.readUInt16BE(4), y: bytes.readUInt16BE(6) }
  const players: Entry[] = []
  let at = 10
  while (players.length < count && at + 9 <= body.length) {
    const [id, x, y, score] = [0, 2, 4, 6].map((offset) => body.readUInt16BE(at + offset)) as [
      number,
      number,
      number,
      number,
    ]
    const end = at + 9 + (body[at + 8] ?? 0)
    players.push({ id, x, y, score, name: body.toString('latin1', at + 9, end) })
    at = end
  }
  return { tick: bytes.readUInt32BE(), coin, count, players, bytes: body, length: at }
}

/** A snapshot, without its type, in which everything has its place. */
async function toShot(peer: string, body: Buffer): Promise<Shot> {
  const shot = shotIn(body)
  const { count, coin } = shot
  const what = `${peer}'s snapshot of tick ${shot.tick}`
  await expectSame(
    body.length,
    shot.length,
    `send ${what}, with ${count} players, in a frame whose length after the type is`,
  )
  await expectSame(shot.players.length, count, `list in ${what} as many players as its count says:`)
  const things = [{ ...coin, name: 'the coin' }, ...shot.players]
  const outside = things.find(({ x, y }) => x >= SIZE || y >= SIZE)?.name ?? 'nobody'
  await expectSame(outside, 'nobody', `show outside the arena, in ${what},`)
  const cells = things.map(({ x, y }) => `${x},${y}`)
  const ids = new Set(shot.players.map(({ id }) => id))
  await expectSame(ids.size, count, `give each player in ${what} an id of its own; different ids:`)
  await expectSame(
    new Set(cells).size,
    cells.length,
    `keep players and coin on cells of their own in ${what}; different cells:`,
  )
  return shot
}

/**
 * The server is stopped for a while. Then it catches up: soon it has made as many ticks more than
 * fit into the time since. A server that counts from its last tick never has, because TICK_MS pass
 * between any two. The kernel counts, however late we read.
 */
async function expectPace(server: Server, player: Player, tickMs: number): Promise<void> {
  await player.snapshots(3)
  const made = () =>
    (player.peer.arrivals?.bytes ?? player.peer.received) / (4 + 1 + player.last.bytes.length)
  await server.signal('SIGSTOP')
  await delay(STOP_MS)
  const [before, start] = [made(), performance.now()]
  await server.signal('SIGCONT')

  let more = 0
  do {
    await player.snapshot()
    more = made() - before - (performance.now() - start) / tickMs
    if (more > (0.75 * STOP_MS) / tickMs) return
  } while (performance.now() - start < LONG_MS)
  const missing = Math.round(STOP_MS / tickMs - more)
  await expectSame(
    missing,
    0,
    `catch up on the ticks of the ${STOP_MS} ms for which it was stopped, ${tickMs} ms each; still missing:`,
  )
}

/**
 * The player sends three MOVEs together, right after a tick, and makes the last one. A server that
 * reads them one by one may have ticked between two of them, on a busy machine: then it is right to
 * make another one first. Such a round says nothing, unless there are only such rounds.
 */
async function expectLastMove(player: Player): Promise<void> {
  for (let rounds = 1; ; rounds += 1) {
    await player.catchUp()
    await player.snapshot()
    const from = cellOf(player.me)
    const [across, along] = [from.x < 32 ? RIGHT : LEFT, from.y < 32 ? DOWN : UP]
    await player.send(frame(MOVE, [across]), frame(MOVE, [across]), frame(MOVE, [along]))
    await player.until(() => !isSame(player.me, from), `move ${player.name}, who has sent MOVE`)
    const [to, wanted] = [cellOf(player.me), moved(from, along)]
    if (isSame(to, wanted)) return
    const what = `move ${player.name}, who was at ${from.x},${from.y}, by the last of three MOVEs, to`
    if (rounds === MANY_ROUNDS) await expectSame(to, wanted, what)
    await player.snapshots(3)
  }
}

/**
 * The server is stopped for five ticks and then catches up: five small writes in a row. Nagle's
 * algorithm sends the first and holds back the others until that is acknowledged, which takes a
 * while with a client that has just sent something; then they come in one segment. With TCP_NODELAY
 * each is a segment of its own. The kernel counts, however late we read. If a busy machine made the
 * pause so long that an ACK may come at once, or so many ticks due that TCP's window is full, a
 * round says nothing. If the kernel does not count, no round does.
 */
async function expectNoWaiting(server: Server, player: Player): Promise<void> {
  await player.snapshots(20)
  const counts: { snapshots: number; segments: number }[] = []
  for (let rounds = 0; rounds < 30 && counts.length < 4; rounds += 1) {
    await player.catchUp()
    await player.snapshot()
    const start = performance.now()
    await server.signal('SIGSTOP')
    await player.send(frame(MOVE, [player.open]))
    await delay(PAUSE_MS)
    const before = player.peer.arrivals ?? { bytes: 0, segments: 0 }
    let after = before
    await server.signal('SIGCONT')
    await player.snapshot()
    const pause = performance.now() - start
    const made = () => Math.floor((after.bytes - before.bytes) / (4 + 1 + player.last.bytes.length))
    for (let ticks = 0; ticks < 20 && made() < 5; ticks += 1) {
      await player.snapshot()
      after = player.peer.arrivals ?? before
    }
    const snapshots = made()
    if (pause < MAX_PAUSE_MS && snapshots > 0 && snapshots < 10)
      counts.push({ snapshots, segments: after.segments - before.segments })
  }
  const together = counts.filter(({ snapshots, segments }) => segments < snapshots)
  const [{ snapshots, segments } = { snapshots: 0, segments: 0 }] = together
  if (together.length > 2)
    await expectSame(
      segments,
      `${snapshots} or more`,
      `send ${snapshots} snapshots that are due together in separate segments; segments:`,
    )
}

/** All clients are sent the same bytes for each of these ticks. If not, the first difference is told. */
async function expectSameShots(players: Player[], from: number, to: number): Promise<void> {
  await Promise.all(
    players.map(
      (player) =>
        player.last.tick < to && player.until(({ tick }) => tick >= to, 'go on', { within: 60_000 }),
    ),
  )
  const [first, ...others] = players
  for (let tick = from; tick <= to; tick += 1) {
    const bytes = first?.shots.get(tick)?.toString('hex')
    const other = others.find(({ shots }) => shots.get(tick)?.toString('hex') !== bytes)
    const wanted = entriesOf(first?.shots.get(tick))
    const came = other ? entriesOf(other.shots.get(tick)) : wanted
    const at = [...wanted, ...came].findIndex((_, place) => wanted[place] !== came[place])
    const what = `${other?.name} in tick ${tick} what ${first?.name} got:`
    await expectSame(came[at] ?? 'nothing', wanted[at] ?? 'nothing', `send ${what}`)
  }
}

/** All that a snapshot says, in its order. */
function entriesOf(body: Buffer | undefined): string[] {
  if (!body) return []
  const { coin, players } = shotIn(body)
  const entries = players.map(({ id, x, y, score, name }) => `${name} (${id}) at ${x},${y}: ${score}`)
  return [`the coin at ${coin.x},${coin.y}`, ...entries]
}

/** Players who have all been shown all of them. */
async function joinAll<Names extends readonly string[]>(
  server: Server,
  ...names: Names
): Promise<{ [Place in keyof Names]: Player }> {
  const players: Player[] = []
  for (const name of names) players.push(await join(server, name))
  for (const player of players) await player.untilNames([...names])
  return players as { [Place in keyof Names]: Player }
}

async function join(server: Server, name: string): Promise<Player> {
  const player = new Player(await server.connect(name.length > 20 ? 'bob' : name), name)
  await player.send(frame(JOIN, name))
  return player.welcome()
}

/** A new connection of the same player. */
async function rejoin(server: Server, name: string, token: Buffer): Promise<Player> {
  const player = new Player(await server.connect(`${name} again`), name)
  await player.send(frame(REJOIN, token))
  return player.welcome()
}

async function joinMany(server: Server, count: number): Promise<Player[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => join(server, `bot${i + 1}`)))
}

/**
 * Forty players with long names, none of whom reads. Alice has been sent as much as the kernel
 * holds for her, and half a MiB of snapshots have been made since. Bob, who reads, counts them.
 */
async function stall(): Promise<{ server: Server; alice: Player }> {
  const server = await startServer({ env: { TICK_MS: '4' } })
  const names = Array.from({ length: 40 }, () => random.letters(255))
  const bob = await join(server, 'bob')
  const [alice = bob] = await Promise.all(
    names.map(async (name, i) => {
      const player = new Player(await server.connect(i === 0 ? 'alice' : `guest ${i}`), name)
      await player.send(frame(JOIN, name))
      await player.welcome()
      player.peer.pause()
      return player
    }),
  )
  // What bob has got until now was not all for alice, too.
  await bob.until((shot) => shot.players.length > names.length, `show bob ${names.length + 1} players`)
  await untilFull(alice.peer, { beyond: 512 * 1024, speak: () => bob.skim(20) })
  return { server, alice }
}

/** Somebody sends this, and the last frame of it is refused. */
async function expectRefusal(server: Server, ...frames: Buffer[]): Promise<void> {
  const mallory = await server.connect('mallory')
  await mallory.send(Buffer.concat(frames))
  await new Player(mallory).expectError()
  await mallory.expectEnd()
}

async function expectNames(shot: Shot, names: string[]): Promise<void> {
  await expectSame(namesOf(shot), names.toSorted(), `show in tick ${shot.tick} the players`)
}

function namesOf({ players }: Shot): string[] {
  return players.map(({ name }) => name).toSorted()
}

function moved({ x, y }: Cell, direction: number): Cell {
  const [dx, dy] = STEPS[direction] ?? [0, 0]
  return { x: x + dx, y: y + dy }
}

function cellOf({ x, y }: Cell): Cell {
  return { x, y }
}

function isSame(one: Cell, other: Cell): boolean {
  return one.x === other.x && one.y === other.y
}

function frame(type: number, body: string | Uint8Array | number[] = []): Buffer {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'latin1') : Buffer.from(body)
  return Buffer.concat([header(1 + bytes.length), Buffer.of(type), bytes])
}

function header(length: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(length)
  return bytes
}
