import net from 'node:net'
import { UsageError } from '../errors/usage.ts'
import type { Wire } from './clients.ts'
import { Connection, type Hears } from './connection.ts'

const NAME = 'server'

/** The server that the learner's client connects to. */
export class PlayServer implements Wire {
  readonly #server: net.Server
  readonly #hears: Hears
  #connections: Connection[] = []

  constructor(hears: Hears) {
    this.#hears = hears
    this.#server = net.createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket))
  }

  /** The newest that is open. */
  get current(): Connection | undefined {
    return this.#connections.findLast((connection) => connection.isOpen)
  }

  /** Resolves when it listens. */
  listen({ host, port }: { host: string; port: number }): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, host, resolve)
    })
  }

  send(bytes: Buffer): void {
    if (!this.current)
      throw new UsageError('Nothing was sent: your client is not connected. /restart starts it.')
    this.current.send(bytes)
  }

  hangUp(): void {
    for (const connection of this.#connections) connection.hangUp()
  }

  close(): void {
    for (const connection of this.#connections) connection.drop()
    this.#server.close()
  }

  #accept(socket: net.Socket): void {
    this.#connections = this.#connections.filter(({ isOpen }) => isOpen)
    const count = this.#connections.length
    const name = count === 0 ? NAME : `${NAME}${count + 1}`
    this.#hears.event(name, 'in', `connects from ${socket.remoteAddress}:${socket.remotePort}`)
    this.#connections.push(new Connection(name, socket, this.#hears))
    this.#hears.turned()
  }
}
