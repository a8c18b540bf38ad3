import { compute } from './busy.js'
import { up } from './up.js'

up((socket) => {
  socket.on('data', () => compute(10))
  socket.on('end', () => socket.end())
})
