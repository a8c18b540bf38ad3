// Awaits 'connect' with a catch, and has no listener for what happens to the connection later.
//
// fails: exits with 1 and says why when it is reset
// says: it printed a stack trace
import { once } from 'node:events'
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)

try {
  await once(socket, 'connect')
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}

stdin.pipe(socket)
socket.pipe(stdout)
socket.on('close', () => stdin.destroy())
