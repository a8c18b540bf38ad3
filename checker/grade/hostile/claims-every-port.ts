// Takes the UDP ports by which a judge claims the ports of its next programs.
//
// exercise: 03
// expect: fail

import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

createServer((socket) => socket.end('mine')).listen(Number(process.env.PORT), process.env.HOST)

for (let port = 46_000; port < 62_000; port += 1) {
  createSocket('udp4')
    .on('error', () => {})
    .bind(port, '127.0.0.1')
}
