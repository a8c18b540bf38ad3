// Listens on every port that a test could want.
//
// exercise: 01
// expect: fail

import { createServer } from 'node:net'

for (let port = 15_000; port < 31_000; port += 1) {
  createServer((socket) => socket.end('mine'))
    .on('error', () => {})
    .listen(port, '127.0.0.1')
}
