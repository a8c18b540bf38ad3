import { up } from './up.js'

const everybody = []

up((socket) => {
  everybody.push(socket)
  socket.on('data', (chunk) => {
    for (const each of everybody) each.write(chunk)
  })
})
