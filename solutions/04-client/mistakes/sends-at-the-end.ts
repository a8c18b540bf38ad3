// Reads stdin to its end before it sends the first byte.
//
// fails: sends input as it comes
// says: sent nothing for
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)
const chunks: Buffer[] = []

stdin.on('data', (chunk) => chunks.push(chunk))
stdin.on('end', () => socket.end(Buffer.concat(chunks)))
socket.pipe(stdout)
socket.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})
socket.on('close', () => stdin.destroy())
