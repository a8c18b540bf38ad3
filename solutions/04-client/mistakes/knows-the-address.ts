// Takes the port from the environment, but assumes that every server is at 127.0.0.1.
//
// fails: prints what the server says first
// says: ECONNREFUSED 127.0.0.1

import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), '127.0.0.1')

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
