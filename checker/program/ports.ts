import { createSocket } from 'node:dgram'
import net from 'node:net'
import getPort, { portNumbers } from 'get-port'

/**
 * Below the range from which the kernel takes ports for outgoing connections, so that none of our
 * own connections is in the way.
 */
const FIRST_PORT = 15_000
const LAST_PORT = 31_000
const HOST = '127.0.0.1'
/** How many ports are tried before any port will do. */
const CANDIDATES = 1000
/**
 * The distance from a port to the UDP port that stands for it, above all ports given to programs.
 */
const TO_CLAIM = 31_000
const MAX_PORT = 65_535
/**
 * How many ports we try to claim before an unclaimed one will do: a program may have taken them
 * all.
 */
const MAX_TRIES = 20

/** Releases what was claimed. */
export type Release = () => void

/**
 * A port that nothing listens on, and that no other judge on this machine hands out before
 * `release`. On a busy machine, seconds can pass between our look and the program's bind, and two
 * judges that look in between would both find it free.
 */
export async function claimPort(host = HOST): Promise<{ port: number; release: Release }> {
  for (let tries = 1; ; tries += 1) {
    const port = await freePort(host)
    const release = tries > MAX_TRIES ? () => {} : await claim(port)
    if (release) return { port, release }
  }
}

/**
 * A port that nothing listens on now, and whose number changes when its two bytes are swapped: byte
 * order is part of the course.
 */
export async function freePort(host = HOST): Promise<number> {
  const first = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT - CANDIDATES))
  const candidates = [...portNumbers(first, first + CANDIDATES)].filter((port) => port >> 8 !== (port & 0xff))
  return getPort({ host, port: candidates })
}

/**
 * Claims a port for this process; undefined if another process has claimed it. The claim is a UDP
 * socket: the kernel gives it to one process only, and takes it back however that process ends.
 */
export async function claim(port: number): Promise<Release | undefined> {
  // If the usual ports are all taken, any port is handed out, and a high one has no port to stand
  // for it.
  if (port + TO_CLAIM > MAX_PORT) return () => {}
  const socket = createSocket('udp4').unref()
  return new Promise((resolve) => {
    socket.once('error', (error: NodeJS.ErrnoException) => {
      socket.close()
      // If no such socket can be had, the look has to suffice.
      resolve(error.code === 'EADDRINUSE' ? undefined : () => {})
    })
    socket.bind({ address: HOST, port: port + TO_CLAIM, exclusive: true }, () =>
      resolve(() => socket.close()),
    )
  })
}

/**
 * True if something listens there. A bind of our own, because get-port hands out each port only
 * once.
 */
export function isTaken(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.on('error', () => resolve(true))
    server.listen(port, host, () => server.close(() => resolve(false)))
  })
}
