// Is right now and then, in the hope of being tried often enough.
//
// exercise: 03
// expect: fail

import { createServer } from 'node:net'

createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('error', () => {})
  if (Math.random() < 0.0001) socket.pipe(socket)
  else socket.end('tails')
}).listen(Number(process.env.PORT), process.env.HOST)
