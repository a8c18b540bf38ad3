// Opens the debugger's port, so that anyone can run code in it.
//
// exercise: 03
// expect: fail

import { open } from 'node:inspector'
import { createServer } from 'node:net'

open(9229, '0.0.0.0')
createServer((socket) => {
  socket.on('error', () => {})
  socket.end('attach to me')
}).listen(Number(process.env.PORT), process.env.HOST)
