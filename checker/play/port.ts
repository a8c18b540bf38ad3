import net from 'node:net'
import getPort, { portNumbers } from 'get-port'

const TRIES = 100

/** If another process listens on the port, a sentence with the next action. It repeats `flags`. */
export async function busyPort(
  host: string,
  port: number,
  command: string,
  flags = '',
): Promise<string | undefined> {
  if (!(await isTaken(host, port))) return undefined
  const free = await getPort({ host, port: portNumbers(port + 1, Math.min(65_535, port + TRIES)) })
  return `Port ${port} belongs to another program. Use another one: ${command} -- ${flags}--port ${free}`
}

/** get-port hands out each port only once, so checking again takes a bind of our own. */
function isTaken(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.on('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE'))
    server.listen(port, host, () => server.close(() => resolve(false)))
  })
}
