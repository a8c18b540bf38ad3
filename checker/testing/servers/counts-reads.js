import { up } from './up.js'

up((socket) => {
  let reads = 0
  socket.on('data', () => {
    reads += 1
  })
  socket.on('end', () => socket.end(`${reads}`))
})
