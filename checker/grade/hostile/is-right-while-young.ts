// Assumes that it is tested only in its first moments, and is wrong after that.
//
// exercise: 03
// expect: fail

import { createServer } from 'node:net'

createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('error', () => {})
  if (process.uptime() < 0.05) socket.pipe(socket)
  else socket.end('who are you')
}).listen(Number(process.env.PORT), process.env.HOST)
