import { compute } from './busy.js'
import { up } from './up.js'

up((socket) => {
  socket.on('data', (bytes) => {
    for (const byte of bytes) setImmediate(() => compute(60) ?? socket.write(Buffer.of(byte)))
  })
  socket.on('end', () => setImmediate(() => socket.end()))
})
