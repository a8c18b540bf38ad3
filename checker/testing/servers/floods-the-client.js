import { up } from './up.js'

up((socket) => {
  const flood = () => {
    while (socket.write(Buffer.alloc(65_536)));
  }
  socket.write('hello\n')
  socket.on('drain', flood)
  flood()
})
