// Writes its complaint to stdout, where the next program in the pipe takes it for the answer.
//
// fails: exits with 1 and says why when it is refused
// says: it printed nothing there
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)

stdin.pipe(socket)
socket.pipe(stdout)
socket.on('error', (error) => {
  console.log(error.message)
  process.exitCode = 1
})
socket.on('close', () => stdin.destroy())
