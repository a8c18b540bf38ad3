// Has a program of the machine do the echoing, one process per client.
//
// exercise: 03
// expect: fail

import { spawn } from 'node:child_process'
import { createServer } from 'node:net'

createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('error', () => {})
  for (const program of ['cat', '/bin/cat', '/usr/bin/cat', 'busybox']) {
    const cat = spawn(program, program === 'busybox' ? ['cat'] : [], { stdio: ['pipe', 'pipe', 'ignore'] })
    cat.on('error', () => {})
    cat.stdin.on('error', () => {})
    socket.pipe(cat.stdin)
    cat.stdout.pipe(socket)
  }
}).listen(Number(process.env.PORT), process.env.HOST)
