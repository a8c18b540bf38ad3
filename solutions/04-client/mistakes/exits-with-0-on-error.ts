// Says what went wrong, and reports success to whoever called it.
//
// fails: exits with 1 and says why when it is refused
// says: should exit with code 1, but it exited with code 0
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)

stdin.pipe(socket)
socket.pipe(stdout)
socket.on('error', (error) => console.error(error.message))
socket.on('close', () => stdin.destroy())
