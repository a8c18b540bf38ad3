// Collects everything until the client's FIN, and answers only then. A client that waits for its
// answer before it ends waits for ever.
//
// fails: echoes a line
// says: nothing

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer({ allowHalfOpen: true }, (socket) => {
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  socket.on('end', () => socket.end(Buffer.concat(chunks)))
  socket.on('error', () => {})
})

server.listen(port, host)
