// Nobody listens to 'error'. A client's RST becomes ECONNRESET, and that ends the process.
//
// fails: survives a client that resets
// says: exited

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('data', (chunk) => socket.write(chunk))
  socket.on('end', () => socket.end())
})

server.listen(port, host)
