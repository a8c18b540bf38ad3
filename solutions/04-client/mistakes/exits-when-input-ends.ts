// Half-closes as it should, but treats the end of its own input as the end of the conversation.
//
// fails: still prints the answer after its input has ended
// says: its process exited with code 0
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)

stdin.on('data', (chunk) => socket.write(chunk))
stdin.on('end', () => socket.end(() => process.exit(0)))
socket.pipe(stdout)
socket.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})
socket.on('close', () => stdin.destroy())
