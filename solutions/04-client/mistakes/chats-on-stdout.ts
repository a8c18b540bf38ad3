// Reports its own progress on stdout, in between the server's bytes.
//
// fails: prints what the server says first
// says: printed "connected\n220
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)

stdin.pipe(socket)
socket.pipe(stdout)
socket.on('connect', () => console.log('connected'))
socket.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})
socket.on('close', () => stdin.destroy())
