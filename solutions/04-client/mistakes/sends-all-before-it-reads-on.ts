// Once there is input, sends all of that before it reads again: a dialogue waits for ever.
//
// fails: keeps up a dialogue
// says: printed nothing for
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)

stdin.once('data', () => socket.pause())
stdin.on('end', () => socket.resume())
stdin.pipe(socket)
socket.on('data', (chunk) => stdout.write(chunk))
socket.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})
socket.on('close', () => stdin.destroy())
