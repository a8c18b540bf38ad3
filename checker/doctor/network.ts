import { once } from 'node:events'
import net from 'node:net'
import type { Finding, Probe } from './probe.ts'

const LOOPBACK = '127.0.0.1'
const PLAY_PORT = 4000

export const ports: Probe = {
  id: 'ports',
  name: 'ports',
  matters: 'learner',
  use: 'Each test runs your server on a port that is free.',
  async look(): Promise<Finding> {
    const code = await listenThen(LOOPBACK, 0, async () => {})
    if (code === undefined) return { state: 'ok', found: 'a free port is available' }
    return {
      state: 'bad',
      found: `no program may listen on ${LOOPBACK} (${code})`,
      remedy: 'A firewall, a container or a policy of this machine forbids it: ask its administrator.',
    }
  },
}

export const loopback: Probe = {
  id: 'loopback',
  name: 'loopback',
  matters: 'learner',
  use: 'Tests and your server talk over it.',
  async look(): Promise<Finding> {
    const code = await listenThen(LOOPBACK, 0, reach)
    if (code === undefined) return { state: 'ok', found: `${LOOPBACK} can be reached` }
    return {
      state: 'bad',
      found: `a server on ${LOOPBACK} cannot be reached (${code})`,
      remedy: 'Look at the firewall, a VPN and, in a container, its network: 127.0.0.1 has to be allowed.',
    }
  },
}

export const ipv6: Probe = {
  id: 'ipv6',
  name: 'IPv6',
  matters: 'learner',
  use: 'Nothing fails without it. Where it works, localhost means ::1 first.',
  async look(): Promise<Finding> {
    const code = await listenThen('::1', 0, reach)
    if (code === undefined) return { state: 'ok', found: '::1 can be reached' }
    return {
      state: 'note',
      found: `::1 does not work (${code})`,
      remedy: 'There is nothing to do: the course uses 127.0.0.1.',
    }
  },
}

export const playPort: Probe = {
  id: 'play-port',
  name: `port ${PLAY_PORT}`,
  matters: 'learner',
  use: 'npm run play starts your server on it.',
  async look(): Promise<Finding> {
    const code = await listenThen(LOOPBACK, PLAY_PORT, async () => {})
    if (code === undefined) return { state: 'ok', found: 'free for npm run play' }
    const found = code === 'EADDRINUSE' ? 'another program listens on it' : `is not available (${code})`
    return { state: 'note', found, remedy: 'npm run play 01 -- --port 4001 uses another.' }
  },
}

/** Listens and does something meanwhile; returns the code of what went wrong, if anything. */
async function listenThen(
  host: string,
  port: number,
  act: (server: net.Server) => Promise<void>,
): Promise<string | undefined> {
  const server = net.createServer((socket) => socket.end('hello'))
  try {
    server.listen(port, host)
    await once(server, 'listening')
    await act(server)
    return undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? (error as Error).message
  } finally {
    server.close()
  }
}

/**
 * A byte that comes back proves more than a connection does: some firewalls accept and say nothing.
 */
async function reach(server: net.Server): Promise<void> {
  const { address, port } = server.address() as net.AddressInfo
  const socket = net.connect(port, address)
  try {
    await once(socket, 'data', { signal: AbortSignal.timeout(REACH_MS) })
  } finally {
    socket.destroy()
  }
}

/** If a firewall drops packets, no answer comes. */
const REACH_MS = 1_000
