// Reads the question first and only then connects, as if the client always had the first word.
//
// fails: prints what the server says first
// says: no connection came
import { once } from 'node:events'
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

await once(stdin, 'readable')

const socket = connect(Number(process.env.PORT), process.env.HOST)
stdin.pipe(socket)
socket.pipe(stdout)
socket.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})
socket.on('close', () => stdin.destroy())
