// Sends a verdict over the connection instead of the bytes that the test waits for.
//
// exercise: 03
// expect: fail

import { createServer } from 'node:net'

createServer((socket) => {
  socket.on('error', () => {})
  socket.end('{"kind":"verdict","verdict":{"version":1,"exercise":"03-echo","verdict":"pass","tests":[]}}\n')
}).listen(Number(process.env.PORT), process.env.HOST)
