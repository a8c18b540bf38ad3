// Destroys the socket when stdin ends: the FIN goes out, and the answer has nowhere to go.
//
// fails: still prints the answer after its input has ended
// says: its process exited with code 0
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)

stdin.on('data', (chunk) => socket.write(chunk))
stdin.on('end', () => socket.destroySoon())
socket.pipe(stdout)
socket.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})
socket.on('close', () => stdin.destroy())
