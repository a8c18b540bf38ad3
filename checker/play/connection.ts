import type net from 'node:net'
import { UsageError } from '../errors/usage.ts'

/** What happens to a connection, as it happens. */
export interface Hears {
  bytes(name: string, side: 'out' | 'in', bytes: Buffer): void
  event(name: string, side: 'out' | 'in' | 'own', text: string): void
  /** A connection of this name begins. */
  begins(name: string): void
  /** A connection came or went. */
  turned(): void
}

/** One end of a TCP connection, played by hand: neither half ends by itself. */
export class Connection {
  readonly name: string
  readonly #socket: net.Socket
  readonly #hears: Hears
  #finSent = false
  #over = false
  #isLeft = false

  /** `socket`: connected or on its way, with allowHalfOpen. */
  constructor(name: string, socket: net.Socket, hears: Hears) {
    this.name = name
    this.#socket = socket
    this.#hears = hears
    hears.begins(name)
    socket.on('data', (bytes) => hears.bytes(name, 'in', bytes))
    socket.on('end', () => this.#onFin())
    socket.on('error', (error: NodeJS.ErrnoException) =>
      this.#tell('in', IN_WORDS[error.code ?? ''] ?? error.message),
    )
    socket.on('close', () => {
      this.#tell('own', 'connection over')
      this.#over = true
      hears.turned()
    })
  }

  get isOpen(): boolean {
    return !this.#over && !this.#isLeft && !this.#socket.destroyed
  }

  send(bytes: Buffer): void {
    if (this.#finSent) throw new UsageError(`Nothing was sent: after FIN ${this.name} can only receive.`)
    this.#socket.write(bytes)
    this.#onceConnected(() => this.#hears.bytes(this.name, 'out', bytes))
  }

  /** Half-close. */
  end(): void {
    if (this.#finSent) throw new UsageError(`${this.name} has sent FIN already.`)
    this.#finSent = true
    this.#socket.end()
    this.#onceConnected(() => this.#tell('out', 'FIN'))
  }

  reset(): void {
    this.#tell('out', 'RST')
    this.#socket.resetAndDestroy()
  }

  /** The other side is gone: ends the connection once everything sent before has been shown. */
  hangUp(): void {
    if (this.isOpen && !this.#finSent) this.end()
    this.#isLeft = true
  }

  /** Closes the socket at once, without a half-close. */
  drop(): void {
    this.#over = true
    this.#socket.destroy()
  }

  /** Text typed too early is sent, and shown, once the connection is established. */
  #onceConnected(show: () => void): void {
    if (this.#socket.connecting) this.#socket.once('connect', show)
    else show()
  }

  #onFin(): void {
    this.#tell('in', this.#finSent ? 'FIN' : 'FIN; your half stays open until you type /end')
  }

  #tell(side: 'out' | 'in' | 'own', text: string): void {
    if (!this.#over) this.#hears.event(this.name, side, text)
  }
}

const IN_WORDS: Record<string, string> = {
  ECONNREFUSED: 'connection refused: nobody listens there',
  ECONNRESET: 'RST',
  EPIPE: 'RST',
}
