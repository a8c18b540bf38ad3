import { up } from './up.js'

up((socket) => {
  let reads = 0
  socket.on('data', (chunk) => {
    reads += chunk.length === 1 ? 1 : 100
    if (reads === 20) socket.write('+whole\r\n')
  })
})
