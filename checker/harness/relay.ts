import { once } from 'node:events'
import net from 'node:net'
import { HarnessFault } from './failure.ts'
import { Outbox, type Sizes } from './outbox.ts'
import { scenario } from './running-check.ts'

/** Where a library's client connects, instead of the server itself. */
export interface Address {
  host: string
  port: number
}

export interface RelayOptions {
  /**
   * Passes on what the client sends in pieces of these sizes, each after the previous one has been
   * read.
   */
  sizes?: Sizes
}

const LOOPBACK = '127.0.0.1'

/**
 * A port from which every connection leads on to the server: for clients that open their sockets
 * themselves, such as those of a library. What passes through is kept in the conversation; an end,
 * a reset and a reader that stops reach the other side unchanged.
 */
export async function relayTo(server: Address, name: string, { sizes }: RelayOptions = {}): Promise<Address> {
  const running = scenario()
  const open = new Set<net.Socket>()
  let count = 0
  const relay = net.createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (near) => {
    count += 1
    const far = net.connect({ ...server, allowHalfOpen: true, noDelay: true })
    for (const socket of [near, far]) {
      open.add(socket)
      socket.once('close', () => open.delete(socket))
    }
    link(near, far, count === 1 ? name : `${name} ${count}`, running, sizes)
  })
  relay.listen(0, LOOPBACK)
  await once(relay, 'listening').catch((error: Error) => {
    throw new HarnessFault(`no port to listen on: ${error.message}`)
  })
  running.atEnd(() => {
    relay.close()
    for (const socket of open) socket.resetAndDestroy()
  })
  const { port } = relay.address() as net.AddressInfo
  return { host: LOOPBACK, port }
}

/** Joins the two halves of one connection: `near` is the client's, `far` the server's. */
function link(
  near: net.Socket,
  far: net.Socket,
  peer: string,
  { conversation }: ReturnType<typeof scenario>,
  sizes: Sizes | undefined,
): void {
  far.once('connect', () => {
    conversation.add('connect', { peer, text: `${far.localAddress}:${far.localPort}` })
    if (sizes) void handOnInPieces(near, far, peer, sizes)
    else near.pipe(far)
  })
  if (!sizes) near.on('data', (bytes: Buffer) => conversation.add('sent', { peer, bytes }))
  far.on('data', (bytes: Buffer) => conversation.add('received', { peer, bytes }))
  far.pipe(near)
  near.on('end', () => conversation.add('fin-sent', { peer }))
  far.on('end', () => conversation.add('fin', { peer }))
  near.on('error', () => {
    conversation.add('reset-sent', { peer })
    far.resetAndDestroy()
  })
  far.on('error', (error: NodeJS.ErrnoException) => {
    const refused = error.code === 'ECONNREFUSED'
    conversation.add(refused ? 'refused' : 'reset', { peer, text: error.code ?? error.message })
    near.resetAndDestroy()
  })
}

async function handOnInPieces(near: net.Socket, far: net.Socket, name: string, sizes: Sizes): Promise<void> {
  const outbox = new Outbox({ name, localPort: far.localPort ?? 0, remotePort: far.remotePort ?? 0 }, far)
  try {
    for await (const bytes of near.iterator({ destroyOnReturn: false }))
      await outbox.sendInPieces(bytes, sizes)
    far.end()
  } catch {
    // If a server stops reading, the test has failed by now; the 'error' event reports a client
    // that resets.
  }
}
