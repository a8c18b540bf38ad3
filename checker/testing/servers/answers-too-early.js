import { up } from './up.js'

up((socket) => {
  socket.on('end', () => socket.end('hello\n')).resume()
})
