// Sends datagrams to every port of the loopback, for a second.
//
// exercise: 01
// expect: fail

import { createSocket } from 'node:dgram'

const socket = createSocket('udp4')
socket.on('error', () => {})
setTimeout(() => process.exit(1), 1000)
for (let port = 1; ; port = (port % 65_535) + 1) {
  socket.send(Buffer.alloc(60_000), port, '127.0.0.1')
  if (port % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
}
