// Sends what it has found to the outside, in every way that it knows.
//
// exercise: 03
// expect: fail

import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns'
import { connect, createServer } from 'node:net'

// Addresses reserved for documentation (RFC 5737), and the machine's own loopback.
for (const host of ['192.0.2.1', '198.51.100.1', '127.0.0.1', '::1']) {
  for (const port of [22, 53, 80, 443, 5432, 6379]) connect({ host, port }).on('error', () => {})
}
createSocket('udp4')
  .on('error', () => {})
  .send('found', 53, '192.0.2.1', () => {})
lookup('found.invalid', () => {})

createServer((socket) => {
  socket.on('error', () => {})
  socket.end('called')
}).listen(Number(process.env.PORT), process.env.HOST)
