// Prints with console.log(), which adds a newline to every chunk.
//
// fails: prints what the server says first
// says: printed "\n
import { connect } from 'node:net'
import { stdin } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)

stdin.pipe(socket)
socket.setEncoding('utf8')
socket.on('data', (text) => console.log(text))
socket.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})
socket.on('close', () => stdin.destroy())
