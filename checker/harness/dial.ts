import net from 'node:net'
import { HarnessFault } from './failure.ts'
import { scenario } from './running-check.ts'

/** Errors that keep our side from connecting: the server never causes them. */
const OURS: Record<string, string> = {
  EMFILE: 'has no file descriptors left: raise the limit (ulimit -n 1024)',
  ENFILE: 'has no file descriptors left: end other programs, or raise fs.file-max',
  EADDRNOTAVAIL: 'has no port left for another client: wait a minute, or widen net.ipv4.ip_local_port_range',
  ENETUNREACH: 'has no way to its own address: bring the loopback up (ip link set lo up)',
  ENOBUFS: 'has no memory left for sockets',
}

/** A connected socket, or the error's code. Throws if it is this machine that cannot connect. */
export async function dial(host: string, port: number, from?: string): Promise<net.Socket | string> {
  const socket = net.connect({
    host,
    port,
    allowHalfOpen: true,
    ...(from !== undefined && { localAddress: from }),
  })
  const outcome = new Promise<net.Socket | string>((resolve) => {
    const refuse = (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message)
    socket.once('error', refuse)
    socket.once('connect', () => {
      socket.off('error', refuse)
      resolve(socket)
    })
  })
  if ((await scenario().patiently(outcome)) === 'changed') return withoutOurs(await outcome)
  socket.destroy()
  return 'ETIMEDOUT'
}

function withoutOurs(outcome: net.Socket | string): net.Socket | string {
  const trouble = typeof outcome === 'string' ? OURS[outcome] : undefined
  if (trouble !== undefined) throw new HarnessFault(`this machine ${trouble} (${outcome})`)
  return outcome
}
