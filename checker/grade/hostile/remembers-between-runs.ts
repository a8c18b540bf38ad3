// Is wrong at first and right later, by leaving itself a mark.
//
// exercise: 03
// expect: fail

import { existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'

const mark = '/tmp/been-here'
const right = existsSync(mark)
writeFileSync(mark, '')

createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('error', () => {})
  if (right) socket.pipe(socket)
  else socket.end('not yet')
}).listen(Number(process.env.PORT), process.env.HOST)
