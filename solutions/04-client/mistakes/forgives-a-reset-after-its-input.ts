// Treats a reset as a normal end once its own input is over.
//
// fails: exits with 1 also when it is reset after its input has ended
// says: exited with code 0

import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)

// Two copies. Each waits for its own source and for its own sink, and neither for the other.
stdin.pipe(socket) // at the end of the input it calls socket.end(): a FIN, and we go on reading
socket.pipe(stdout)

socket.on('error', (error) => {
  if (stdin.readableEnded) return
  console.error(error.message)
  process.exitCode = 1
})

// Over, one way or the other. Input that nobody will read must not keep us here, but output that
// is still on its way to a slow reader must: process.exit() would throw that away.
socket.on('close', () => stdin.destroy())
