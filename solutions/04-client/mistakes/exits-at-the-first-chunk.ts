// Treats the first chunk as the whole answer, prints it and hangs up.
//
// fails: prints what the server says first
// says: its process exited with code 0
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)

stdin.pipe(socket)
socket.once('data', (chunk) => {
  stdout.write(chunk)
  socket.destroy()
})
socket.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})
socket.on('close', () => stdin.destroy())
