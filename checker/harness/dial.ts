import net from 'node:net'
import { scenario } from './running-check.ts'

/** A connected socket, or the code of the error. */
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
  if ((await scenario().patiently(outcome)) === 'changed') return outcome
  socket.destroy()
  return 'ETIMEDOUT'
}
