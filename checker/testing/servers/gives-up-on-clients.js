import { up } from './up.js'

const [ms, refreshes] = process.argv.slice(2)

// Ends each connection this many ms after it was made or, with a second argument, after its last
// chunk. Answers each chunk with a dot.
up((socket) => {
  const timer = setTimeout(() => socket.end('late\n'), Number(ms))
  socket.on('data', () => {
    if (refreshes) timer.refresh()
    socket.write('.')
  })
})
