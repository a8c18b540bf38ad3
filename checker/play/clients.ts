import net from 'node:net'
import { UsageError } from '../errors/usage.ts'
import { Connection, type Hears } from './connection.ts'

const NAMES = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank']

/** The other end of the learner's program, as the person typing sees it. */
export interface Wire {
  /** The connection that typed lines go to. */
  readonly current: Connection | undefined
  send(bytes: Buffer): void
  /** The learner's program has ended: its open connections end too. */
  hangUp(): void
  close(): void
}

/**
 * Clients of the learner's server. The first connects only when there is something to send; until
 * then the server has no connections.
 */
export class Clients implements Wire {
  readonly #address: { host: string; port: number }
  readonly #hears: Hears
  #open = new Map<string, Connection>()
  #name: string

  /** `others`: how many terminals already have a client; the first client is alice. */
  constructor(address: { host: string; port: number }, hears: Hears, others = 0) {
    this.#address = address
    this.#name = NAMES[others % NAMES.length] ?? 'alice'
    this.#hears = hears
  }

  get current(): Connection | undefined {
    const connection = this.#open.get(this.#name)
    return connection?.isOpen ? connection : undefined
  }

  send(bytes: Buffer): void {
    const connection = this.current ?? this.connect()
    connection.send(bytes)
  }

  /** Connects the current client; if it has a connection, that ends first. */
  connect(): Connection {
    this.#open.get(this.#name)?.drop()
    const name = this.#name
    const socket = net.connect({ ...this.#address, allowHalfOpen: true })
    socket.on('connect', () => {
      this.#hears.event(name, 'out', `connects from ${socket.localAddress}:${socket.localPort}`)
      this.#hears.turned()
    })
    const connection = new Connection(name, socket, this.#hears)
    this.#open.set(name, connection)
    return connection
  }

  /** Continues as another client: the one of this name, or the next one that is not connected. */
  choose(name: string): void {
    const next =
      name === ''
        ? NAMES.find((each) => each !== this.#name && !this.#open.get(each)?.isOpen)
        : name.toLowerCase()
    if (next === undefined || !NAMES.includes(next)) throw new UsageError(`Clients are ${NAMES.join(', ')}.`)
    this.#name = next
    if (!this.current) this.connect()
  }

  hangUp(): void {
    for (const connection of this.#open.values()) connection.hangUp()
  }

  close(): void {
    for (const connection of this.#open.values()) connection.drop()
  }
}
