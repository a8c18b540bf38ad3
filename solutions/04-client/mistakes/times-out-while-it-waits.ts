// Gives up when nothing has come for two seconds: a server may think for longer.
//
// needs: /proc
// fails: still prints the answer after its input has ended
// says: timed out
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect({ port: Number(process.env.PORT), host: process.env.HOST, timeout: 2000 })

// Two copies. Each waits for its own source and for its own sink, and neither for the other.
stdin.pipe(socket) // at the end of the input it calls socket.end(): a FIN, and we go on reading
socket.pipe(stdout)

socket.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})

// Over, one way or the other. Input that nobody will read must not keep us here, but output that
// is still on its way to a slow reader must: process.exit() would throw that away.
socket.on('close', () => stdin.destroy())

// Meant for connecting. It is the connection's own timeout, and runs out whenever it was quiet for so long.
socket.on('timeout', () => {
  console.error('timed out')
  process.exit(1)
})
