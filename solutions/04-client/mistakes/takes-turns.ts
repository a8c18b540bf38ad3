// Asks, then listens, then asks again: what the server says unasked is not printed.
//
// fails: prints what the server says first
// says: printed nothing for
import { once } from 'node:events'
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)

socket.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})
socket.on('close', () => stdin.destroy())

for await (const question of stdin) {
  socket.write(question)
  const [answer] = await once(socket, 'data')
  stdout.write(answer)
}
socket.end()
socket.pipe(stdout)
