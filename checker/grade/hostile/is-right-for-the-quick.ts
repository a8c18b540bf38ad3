// Is right only for a client that sends at once, as a test does, and mangles what comes later.
//
// exercise: 03
// expect: fail

import { createServer } from 'node:net'

createServer({ allowHalfOpen: true }, (socket) => {
  const start = performance.now()
  socket.on('error', () => {})
  socket.on('data', (bytes) => socket.write(performance.now() - start < 0.5 ? bytes : bytes.reverse()))
  socket.on('end', () => socket.end())
}).listen(Number(process.env.PORT), process.env.HOST)
