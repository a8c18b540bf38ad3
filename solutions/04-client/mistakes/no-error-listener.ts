// Has no listener for 'error': Node ends the process, with a stack trace instead of a line.
//
// fails: exits with 1 and says why when it is refused
// says: it printed a stack trace
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)

stdin.pipe(socket)
socket.pipe(stdout)
socket.on('close', () => stdin.destroy())
