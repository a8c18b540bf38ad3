// Sends endlessly, to every client.
//
// exercise: 03
// expect: fail

import { createServer } from 'node:net'

createServer((socket) => {
  const block = Buffer.alloc(1024 * 1024, 'x')
  const flood = () => {
    while (socket.write(block));
  }
  socket.on('drain', flood)
  socket.on('error', () => {})
  flood()
}).listen(Number(process.env.PORT), process.env.HOST)
