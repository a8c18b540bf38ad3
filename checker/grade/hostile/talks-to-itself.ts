// Has its own processes, two of which may run at once, answer for each other.
//
// exercise: 03
// expect: fail

import { connect, createServer } from 'node:net'

createServer((socket) => {
  socket.on('error', () => {})
  const other = connect({ path: '\0accept-loop' })
  other.on('error', () => {})
  other.on('data', (bytes) => socket.write(bytes))
}).listen(Number(process.env.PORT), process.env.HOST)
createServer((socket) => socket.end('hello'))
  .on('error', () => {})
  .listen({ path: '\0accept-loop' })
