// Gives the answer 200 ms when the input has ended, then leaves: but the server decides when it is
// over, not the clock.
//
// fails: still prints the answer after its input has ended
// says: its process exited with code 0
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)

// Two copies. Each waits for its own source and for its own sink, and neither for the other.
stdin.pipe(socket) // at the end of the input it calls socket.end(): a FIN, and we go on reading
socket.pipe(stdout)
stdin.on('end', () => setTimeout(() => process.exit(), 200))

socket.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})

// Over, one way or the other. Input that nobody will read must not keep us here, but output that
// is still on its way to a slow reader must: process.exit() would throw that away.
socket.on('close', () => stdin.destroy())
