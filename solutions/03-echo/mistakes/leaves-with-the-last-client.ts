// Exits when nobody is connected any more, as if nobody else could come.
//
// fails: ends when the client ends
// says: exited with code 0

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

let connected = 0

const server = createServer({ allowHalfOpen: true }, (socket) => {
  connected += 1
  socket.on('data', (chunk) => socket.write(chunk))
  socket.on('end', () => socket.end())
  socket.on('error', () => {})
  socket.on('close', () => {
    connected -= 1
    if (connected === 0) process.exit()
  })
})

server.listen(port, host)
