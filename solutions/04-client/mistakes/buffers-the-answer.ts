// Collects what the server says and prints it in one go when the server has ended.
//
// fails: prints what the server says first
// says: printed nothing for
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)
const chunks: Buffer[] = []

stdin.pipe(socket)
socket.on('data', (chunk) => chunks.push(chunk))
socket.on('end', () => stdout.write(Buffer.concat(chunks)))
socket.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})
socket.on('close', () => stdin.destroy())
