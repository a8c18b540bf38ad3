// Knows that process.exit() throws output away, and waits 100 ms before it calls it. The reader may
// need longer.
//
// fails: prints all before it exits
// says: its process exited with code 0
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)

// Two copies. Each waits for its own source and for its own sink, and neither for the other.
stdin.pipe(socket) // at the end of the input it calls socket.end(): a FIN, and we go on reading
socket.pipe(stdout)

socket.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})

// Over. A moment, so that what is still on its way to stdout gets there.
socket.on('close', () => setTimeout(() => process.exit(), 100))
