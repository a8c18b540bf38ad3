// Takes write()'s false to mean "not taken" and writes the chunk again when there is room.
//
// fails: copies 16 MiB each way at once
// says: should send the server 16,777,216 bytes, but byte
import { once } from 'node:events'
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)

stdin.on('data', async (chunk) => {
  stdin.pause()
  while (!socket.write(chunk)) await once(socket, 'drain')
  stdin.resume()
})
stdin.on('end', () => socket.end())
socket.pipe(stdout)
socket.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})
socket.on('close', () => stdin.destroy())
