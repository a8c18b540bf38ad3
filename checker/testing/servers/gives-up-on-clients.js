import { up } from './up.js'

const [ms, refreshes] = process.argv.slice(2)

// This many ms after they connected, or after the last byte. Each byte is answered with a dot.
up((socket) => {
  const timer = setTimeout(() => socket.end('late\n'), Number(ms))
  socket.on('data', () => {
    if (refreshes) timer.refresh()
    socket.write('.')
  })
})
