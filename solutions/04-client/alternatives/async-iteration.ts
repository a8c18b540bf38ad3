// No pipe at all: two loops that wait, each with its backpressure written out.
import { once } from 'node:events'
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)

void send() // not awaited: when the server has ended, nobody waits for the keyboard
try {
  await print()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
stdin.destroy()

async function print(): Promise<void> {
  for await (const chunk of socket) {
    if (!stdout.write(chunk)) await once(stdout, 'drain')
  }
}

async function send(): Promise<void> {
  try {
    for await (const chunk of stdin) {
      if (!socket.write(chunk)) await once(socket, 'drain')
    }
    socket.end()
  } catch {
    // The connection broke, and print() says so; or stdin was taken away because all is over.
  }
}
