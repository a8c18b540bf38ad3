// Listens on the ports around its own, which the next process may be given.
//
// exercise: 03
// expect: fail

import { createServer } from 'node:net'

const own = Number(process.env.PORT)
for (let port = own - 500; port < own + 500; port += 1) {
  createServer((socket) => {
    socket.on('error', () => {})
    socket.end('mine')
  })
    .on('error', () => {})
    .listen(port, '127.0.0.1')
}
