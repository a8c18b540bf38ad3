// Gives the last bytes 100 ms to get out, and then closes: a slow reader needs longer.
//
// fails: waits for a slow reader before it ends
// says: ended

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('data', (chunk) => socket.write(chunk))
  socket.on('end', () => {
    socket.end()
    setTimeout(() => socket.destroy(), 100)
  })
  socket.on('error', () => {})
})

server.listen(port, host)
