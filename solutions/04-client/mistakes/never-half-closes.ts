// Sends what was typed, and forgets to say that nothing more will come.
//
// fails: ends its side when its input ends
// says: should end its side of the connection (FIN), but kept it open
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)

stdin.on('data', (chunk) => socket.write(chunk))
socket.pipe(stdout)
socket.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})
socket.on('close', () => stdin.destroy())
