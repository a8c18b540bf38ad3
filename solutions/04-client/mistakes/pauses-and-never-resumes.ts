// Stops reading stdin when the socket is full, and never asks when it has room again.
//
// needs: /proc
// fails: copies 16 MiB each way at once
// says: ing for
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)

stdin.on('data', (chunk) => {
  if (!socket.write(chunk)) stdin.pause()
})
stdin.on('end', () => socket.end())
socket.pipe(stdout)
socket.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})
socket.on('close', () => stdin.destroy())
