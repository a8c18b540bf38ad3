// Turns each chunk into text before it prints it: bytes that are not valid UTF-8 become EF BF BD.
//
// fails: copies every byte value
// says: byte 128 was EF instead of 80
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)

stdin.pipe(socket)
socket.on('data', (chunk) => stdout.write(chunk.toString()))
socket.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})
socket.on('close', () => stdin.destroy())
