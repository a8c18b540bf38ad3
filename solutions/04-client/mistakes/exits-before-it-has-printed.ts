// Calls process.exit() at the server's end, while stdout has not taken all of the answer yet.
//
// fails: prints all before it exits
// says: its process exited with code 0
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)

stdin.pipe(socket)
socket.on('data', (chunk) => stdout.write(chunk))
socket.on('end', () => process.exit(0))
socket.on('error', (error) => {
  console.error(error.message)
  process.exit(1)
})
