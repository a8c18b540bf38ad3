// Complains when it cannot connect, but once connected treats every end as a good end.
//
// fails: exits with 1 and says why when it is reset
// says: should exit with code 1, but it exited with code 0
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)
let connected = false

stdin.pipe(socket)
socket.pipe(stdout)
socket.on('connect', () => {
  connected = true
})
socket.on('error', (error) => {
  if (connected) return
  console.error(error.message)
  process.exitCode = 1
})
socket.on('close', () => stdin.destroy())
