import { type ChildProcess, spawn } from 'node:child_process'
import net from 'node:net'
import { freePort } from '../program/ports.ts'

/** Starts a program again and again, one process at a time, and has each echo one line. */
const [, , program = '', times = '1'] = process.argv

for (let i = 0; i < Number(times); i += 1) {
  const port = await freePort()
  const child = spawn(process.execPath, [program], {
    env: { HOST: '127.0.0.1', PORT: `${port}` },
    stdio: 'ignore',
  })
  await echoOnce(port)
  await end(child)
}

async function echoOnce(port: number): Promise<void> {
  const socket = await connect(port)
  socket.end('hello\n')
  for await (const chunk of socket) if (!chunk.equals(Buffer.from('hello\n'))) throw new Error('no echo')
}

/** Retries until the port is open, as a checker without other means would. */
async function connect(port: number): Promise<net.Socket> {
  for (;;) {
    const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    const connected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true))
      socket.once('error', () => resolve(false))
    })
    if (connected) return socket
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

function end(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM')
  return new Promise((resolve) => child.on('exit', () => resolve()))
}
