// Turns every line ending into CRLF, as in other protocols.
//
// fails: echoes a line
// says: CR

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('data', (chunk) => {
    socket.write(chunk.toString('latin1').replaceAll('\n', '\r\n'), 'latin1')
  })
  socket.on('end', () => socket.end())
  socket.on('error', () => {})
})

server.listen(port, host)
