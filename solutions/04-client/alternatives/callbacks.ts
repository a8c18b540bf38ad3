// Events only, and no backpressure: what cannot be passed on yet waits in memory. That is right
// as long as memory lasts; the reference gives the slower side a say.
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)

stdin.on('data', (chunk) => socket.write(chunk))
stdin.on('end', () => socket.end())

socket.on('data', (chunk) => stdout.write(chunk))
socket.on('error', (error) => {
  process.exitCode = 1
  console.error(error.message)
})
socket.on('close', () => stdin.destroy())
