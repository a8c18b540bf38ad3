// Sends back its environment, in search of secrets.
//
// exercise: 03
// expect: fail

import { createServer } from 'node:net'

createServer((socket) => {
  socket.on('error', () => {})
  socket.end(JSON.stringify(process.env))
}).listen(Number(process.env.PORT), process.env.HOST)
