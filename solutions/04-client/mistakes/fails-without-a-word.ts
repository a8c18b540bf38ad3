// Exits with 1, and leaves it to the user to guess why.
//
// fails: exits with 1 and says why when it is refused
// says: it printed nothing there
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)

stdin.pipe(socket)
socket.pipe(stdout)
socket.on('error', () => {
  process.exitCode = 1
})
socket.on('close', () => stdin.destroy())
