import net from 'node:net'
import type { Program } from '../program/program.ts'
import type { ScriptStep } from './script.ts'
import type { Happening } from './trace.ts'

const HEAD_BYTES = 1024
/** How long a connect or an accept may take. */
const CONNECT_MS = 3000

/** The other side of the traced program: plays steps, and records what every client did and saw. */
export class Stage {
  readonly happenings: Happening[] = []
  readonly #program: Program
  readonly #server: net.Server | undefined
  readonly #sockets = new Map<string, net.Socket>()
  readonly #waiting: net.Socket[] = []
  #arrived: () => void = () => {}
  /** Clients that have ended their side while the other side is still open. */
  readonly #open = new Set<string>()

  /** `server`: what the learner's program connects to, if it is a client. */
  constructor(program: Program, server?: net.Server) {
    this.#program = program
    this.#server = server
    server?.on('connection', (socket) => {
      this.#waiting.push(socket)
      this.#arrived()
    })
  }

  /** Performs a step. It is skipped if its client has no connection. */
  async play({ who, does, bytes }: ScriptStep): Promise<void> {
    if (does === 'connects') return this.#connect(who)
    if (does === 'accepts') return this.#accept(who)
    const stdin = who === 'stdin' ? this.#program.streams.stdin : undefined
    const target = stdin ?? this.#sockets.get(who)
    if (!target || target.destroyed) return
    this.add(does, { who, ...(bytes && toPayload(bytes)) })
    if (does === 'sends') target.write(bytes ?? '')
    else if (does === 'ends') target.end()
    else if (target instanceof net.Socket) target.resetAndDestroy()
  }

  /** Records that something happened now. */
  add(kind: Happening['kind'], about: Omit<Happening, 'kind' | 'at'> = {}): void {
    this.happenings.push({ kind, at: performance.timeOrigin + performance.now(), ...about })
  }

  /** True if no client that has ended is still waiting for the other side to end. */
  get isOver(): boolean {
    return this.#open.size === 0
  }

  /** Closes every connection. */
  leave(): void {
    for (const socket of [...this.#sockets.values(), ...this.#waiting]) socket.destroy()
    this.#server?.close()
  }

  async #connect(who: string): Promise<void> {
    const { host, port } = this.#program
    const connecting: Happening = { kind: 'connects', at: performance.timeOrigin + performance.now(), who }
    const socket = net.connect({ host, port, allowHalfOpen: true, noDelay: true })
    const refused = await once(socket, 'connect')
    if (refused) return this.add('refused', { who, text: refused })
    this.happenings.push({ ...connecting, text: `${socket.localAddress}:${socket.localPort}` })
    this.#follow(who, socket)
  }

  async #accept(who: string): Promise<void> {
    const arrival = new Promise<void>((resolve) => {
      this.#arrived = resolve
      if (this.#waiting.length > 0) resolve()
      setTimeout(resolve, CONNECT_MS).unref()
    })
    await arrival
    const socket = this.#waiting.shift()
    if (!socket) return
    this.add('accepts', { who, text: `${socket.remoteAddress}:${socket.remotePort}` })
    this.#follow(who, socket)
  }

  #follow(who: string, socket: net.Socket): void {
    this.#sockets.set(who, socket)
    this.#open.add(who)
    socket.on('data', (bytes) => this.add('receives', { who, ...toPayload(bytes) }))
    socket.on('end', () => {
      this.add('fin', { who })
      this.#open.delete(who)
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.add('reset', { who, ...(error.code !== 'ECONNRESET' && { text: error.code ?? error.message }) })
    })
    socket.on('close', () => this.#open.delete(who))
  }
}

function toPayload(bytes: Buffer): { bytes: string; length: number } {
  return { bytes: bytes.subarray(0, HEAD_BYTES).toString('base64'), length: bytes.length }
}

/** Waits for the event; returns the reason if the socket fails or the time is up. */
function once(socket: net.Socket, event: 'connect'): Promise<string | undefined> {
  return new Promise((resolve) => {
    socket.setTimeout(CONNECT_MS, () => {
      socket.destroy()
      resolve('ETIMEDOUT')
    })
    socket.once(event, () => {
      socket.setTimeout(0)
      resolve(undefined)
    })
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
  })
}
