// Trims what was typed, as if the newline belonged to the keyboard and not to the message.
//
// fails: sends input as it comes
// says: bytes), but sent "
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)

stdin.setEncoding('utf8')
stdin.on('data', (text: string) => socket.write(text.trim()))
stdin.on('end', () => socket.end())
socket.pipe(stdout)
socket.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})
socket.on('close', () => stdin.destroy())
