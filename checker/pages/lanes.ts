import type { WireRow } from './rows.ts'

/**
 * How a lane's line is drawn: not there, a process that does not listen yet, a connection with one
 * direction ended, …
 */
export type Life = 'none' | 'quiet' | 'half' | 'open' | 'paused'

/**
 * The lanes of a test, from left to right: those that connect to the program, the program, and
 * those that it connects to.
 */
export interface Lanes {
  names: string[]
  /** The lane of the learner's program. */
  program: number
  /** The lane of each peer. */
  of: ReadonlyMap<string, number>
}

/** How many lanes peers may have; if there are more peers, the last lane is for all the rest. */
const MAX_PEERS = 12

/** Gives each peer a lane, in the order in which they came. */
export function toLanes(rows: readonly WireRow[], subject: string): Lanes {
  const all = [...new Set(rows.flatMap(({ peer }) => (peer === undefined ? [] : [peer])))]
  const crowd = all.length > MAX_PEERS ? all.slice(MAX_PEERS - 1) : []
  const peers = all.filter((peer) => !crowd.includes(peer))
  const isCalled = (peer: string) => rows.find((row) => row.peer === peer)?.kind === 'accept'
  const left = peers.filter((peer) => !isCalled(peer))
  const right = peers.filter(isCalled)
  const others = crowd.length > 0 ? [`${crowd.length} more`] : []
  const names = [...left, ...others, subject, ...right]
  const program = left.length + others.length
  const of = new Map(
    peers.map((peer) => [peer, left.includes(peer) ? left.indexOf(peer) : program + 1 + right.indexOf(peer)]),
  )
  for (const peer of crowd) of.set(peer, left.length)
  return { names, program, of }
}

/** The state of a connection at one moment. */
interface LaneConnection {
  open: boolean
  ended: number
  paused: boolean
}

const NOT_YET: LaneConnection = { open: false, ended: 0, paused: false }
/** Standard input never connects: it is there from its first byte, and flows one way. */
export const STDIN = 'stdin'

const STAGES: readonly Life[] = ['none', 'quiet', 'half', 'open', 'paused']

/** The state of each lane before the first row, and then after each row. */
export function livesOf(rows: readonly WireRow[], lanes: Lanes): Life[][] {
  const connections = new Map<string, LaneConnection>()
  let program: Life = 'none'
  const look = () => {
    const lives: Life[] = lanes.names.map(() => 'none')
    lives[lanes.program] = program
    for (const [peer, connection] of connections) {
      const lane = lanes.of.get(peer) ?? 0
      const life = lifeOf(connection)
      if (STAGES.indexOf(life) > STAGES.indexOf(lives[lane] ?? 'none')) lives[lane] = life
    }
    return lives
  }
  const listens = rows.some((row) => row.kind === 'ready')
  const after = rows.map((row) => {
    program = programAfter(row, program, listens)
    if (row.peer !== undefined) connections.set(row.peer, connectionAfter(row, connections.get(row.peer)))
    return look()
  })
  return [lanes.names.map(() => 'none' as const), ...after]
}

function programAfter({ kind }: WireRow, before: Life, listens: boolean): Life {
  if (kind === 'start') return listens ? 'quiet' : 'open'
  if (kind === 'ready') return 'open'
  return kind === 'exit' ? 'none' : before
}

function connectionAfter({ kind, peer }: WireRow, before = NOT_YET): LaneConnection {
  if (peer === STDIN) return { ...NOT_YET, open: kind !== 'fin-sent' }
  switch (kind) {
    case 'connect':
    case 'accept':
      return { ...NOT_YET, open: true }
    case 'fin':
    case 'fin-sent':
      return { ...before, ended: before.ended + 1 }
    case 'reset':
    case 'reset-sent':
      return { ...before, open: false }
    case 'pause':
    case 'resume':
      return { ...before, paused: kind === 'pause' }
    default:
      return before
  }
}

function lifeOf({ open, ended, paused }: LaneConnection): Life {
  if (!open || ended > 1) return 'none'
  return paused ? 'paused' : ended === 1 ? 'half' : 'open'
}
