// Ends every answer with a newline of its own, as console.log does.
//
// fails: echoes a line
// says: sent 1 byte more

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const newline = Buffer.from('\n')

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('data', (chunk) => socket.write(Buffer.concat([chunk, newline])))
  socket.on('end', () => socket.end())
  socket.on('error', () => {})
})

server.listen(port, host)
