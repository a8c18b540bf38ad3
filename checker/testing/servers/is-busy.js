import { up } from './up.js'

const BUSY_MS = 2500

up((socket) => {
  socket.on('data', (chunk) => {
    const end = Date.now() + BUSY_MS
    while (Date.now() < end);
    socket.write(chunk)
  })
})
