import { createSocket } from 'node:dgram'
import net from 'node:net'
import getPort, { portNumbers } from 'get-port'

/**
 * Below the range from which the kernel takes ports for outgoing connections, so that none of ours
 * is in the way.
 */
const FIRST_PORT = 15_000
const LAST_PORT = 31_000
const HOST = '127.0.0.1'
/** Ports to try before any other will do. */
const CANDIDATES = 1000
/** From a port to the UDP port that stands for it, beyond all that are given to programs. */
const TO_CLAIM = 31_000
const MAX_PORT = 65_535
/** Ports to claim before one will do unclaimed: a program may be there to take them all. */
const MAX_TRIES = 20

/** Gives back what was claimed. */
export type Release = () => void

/**
 * A port that nobody listens on, and that no other judge of this machine gives away before
 * `release`: a busy machine takes seconds from our look to the program's bind, and two judges that
 * look in between would both find it free.
 */
export async function claimPort(host = HOST): Promise<{ port: number; release: Release }> {
  for (let tries = 1; ; tries += 1) {
    const port = await freePort(host)
    const release = tries > MAX_TRIES ? () => {} : await claim(port)
    if (release) return { port, release }
  }
}

/**
 * A port that nobody listens on now, and that is another one with its bytes swapped: byte order is
 * part of the course.
 */
export async function freePort(host = HOST): Promise<number> {
  const first = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT - CANDIDATES))
  const candidates = [...portNumbers(first, first + CANDIDATES)].filter((port) => port >> 8 !== (port & 0xff))
  return getPort({ host, port: candidates })
}

/**
 * Claims a port for this process; undefined if another has. The claim is a UDP socket: the kernel
 * gives it to one only, and takes it back however that one ends.
 */
export async function claim(port: number): Promise<Release | undefined> {
  // Where the usual ports are all taken, any port is given away, and not every one has a port to
  // stand for it.
  if (port + TO_CLAIM > MAX_PORT) return () => {}
  const socket = createSocket('udp4').unref()
  return new Promise((resolve) => {
    socket.once('error', (error: NodeJS.ErrnoException) => {
      socket.close()
      // Where there is no such socket to be had, the look has to do.
      resolve(error.code === 'EADDRINUSE' ? undefined : () => {})
    })
    socket.bind({ address: HOST, port: port + TO_CLAIM, exclusive: true }, () =>
      resolve(() => socket.close()),
    )
  })
}

/**
 * True if somebody listens there. get-port hands out a port only once, so this is a bind of our
 * own.
 */
export function isTaken(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.on('error', () => resolve(true))
    server.listen(port, host, () => server.close(() => resolve(false)))
  })
}
