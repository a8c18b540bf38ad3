import { once } from 'node:events'
import net from 'node:net'
import { hasAddress } from '../program/address.ts'
import { HarnessFault } from './failure.ts'
import { Peer } from './peer.ts'
import { scenario } from './running-check.ts'

const LOOPBACK = '127.0.0.1'

/**
 * A listening socket of the test's, on a free port of 127.0.0.1, or of `host` if the machine has
 * that address.
 */
export async function listen({ host = LOOPBACK }: { host?: string } = {}): Promise<Listener> {
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true })
  const bound = new Promise<void>((resolve, reject) => {
    server.once('listening', resolve)
    server.once('error', (error) => reject(new HarnessFault(`no port to listen on: ${error.message}`)))
  })
  server.listen(0, (await hasAddress(host)) ? host : LOOPBACK)
  await bound
  return new Listener(server)
}

/**
 * A port of 127.0.0.1 on which nothing listens, and nothing can until the test is over: it is the
 * far end of a connection of ours. The near end would not do. The kernel picked its port, and may
 * pick it again for a program's own connection, and a program that connects from a port to that
 * same port talks to itself.
 */
export async function holdPort(): Promise<number> {
  const server = net.createServer().listen(0, LOOPBACK)
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  const arrival = new Promise<net.Socket>((resolve) => server.once('connection', resolve))
  const near = net.connect(port, LOOPBACK)
  const [far] = await Promise.all([arrival, once(near, 'connect')])
  server.close()
  scenario().atEnd(() => {
    for (const socket of [near, far]) socket.destroy()
  })
  return port
}

/** Where the learner's client connects to; or a port that is taken. */
export class Listener {
  readonly host: string
  readonly port: number
  readonly #server: net.Server
  readonly #arrived: net.Socket[] = []
  #wake: () => void = () => {}

  constructor(server: net.Server) {
    this.#server = server
    const { address, port } = server.address() as net.AddressInfo
    this.host = address
    this.port = port
    server.on('connection', (socket) => {
      this.#arrived.push(socket)
      this.#wake()
    })
    scenario().atEnd(() => this.close())
  }

  /** The next connection; `name` is what the conversation calls our end of it. */
  async accept(name: string): Promise<Peer> {
    const arrival = new Promise<void>((resolve) => {
      this.#wake = resolve
      if (this.#arrived.length > 0) resolve()
    })
    const outcome = await scenario().patiently(arrival)
    const socket = this.#arrived.shift()
    if (!socket) {
      throw await scenario().failed({
        code: 'silent',
        should: `connect to ${this.host}:${this.port}`,
        but: `no connection came for ${scenario().waited(outcome === 'late' ? 'late' : 'still')}`,
      })
    }
    const peer = new Peer(name, socket).keepAddresses()
    scenario().conversation.add('accept', { peer: name, text: `${peer.remoteAddress}:${peer.remotePort}` })
    socket.resume()
    return peer
  }

  /** Stops listening; accepted connections stay open. */
  close(): void {
    this.#server.close()
    for (const socket of this.#arrived) socket.destroy()
  }
}
