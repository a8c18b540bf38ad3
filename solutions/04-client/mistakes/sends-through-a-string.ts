// Reads stdin as text: bytes that are not valid UTF-8 become EF BF BD before they are sent.
//
// fails: copies every byte value
// says: should send the server 256 bytes, but byte 128 was EF
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)

stdin.setEncoding('utf8')
stdin.pipe(socket)
socket.pipe(stdout)
socket.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})
socket.on('close', () => stdin.destroy())
