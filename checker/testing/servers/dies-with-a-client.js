import { up } from './up.js'

up((socket) => {
  socket.on('data', () => {
    throw new Error('boom')
  })
})
