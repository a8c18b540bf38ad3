// Prints the error and not its message: a stack trace.
//
// fails: exits with 1 and says why when it is refused
// says: it printed a stack trace
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)

stdin.pipe(socket)
socket.pipe(stdout)
socket.on('error', (error) => {
  console.error(error)
  process.exitCode = 1
})
socket.on('close', () => stdin.destroy())
