// Treats whatever ends the connection as a failure, even the server's FIN.
//
// fails: exits with 0 when the server ends
// says: should exit with code 0, but it exited with code 1
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)

stdin.pipe(socket)
socket.pipe(stdout)
socket.on('error', (error) => console.error(error.message))
socket.on('close', () => {
  stdin.destroy()
  process.exitCode = 1
})
