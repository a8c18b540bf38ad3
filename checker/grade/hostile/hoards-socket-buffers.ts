// Fills the kernel's socket buffers on thousands of connections to itself that nothing reads.
//
// exercise: 01
// expect: fail

import { connect, createServer } from 'node:net'

const port = Number(process.env.PORT)
const host = process.env.HOST
const server = createServer({ pauseOnConnect: true }, () => {})
setTimeout(() => process.exit(1), 1000)
server.listen(port, host, () => {
  const block = Buffer.alloc(4 * 1024 * 1024)
  for (let i = 0; i < 4000; i += 1) {
    const socket = connect(port, host)
    socket.on('error', () => {})
    socket.write(block)
  }
})
