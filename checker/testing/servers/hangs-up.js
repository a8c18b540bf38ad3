import { up } from './up.js'

const [ms] = process.argv.slice(2)

// Drops each connection after this many ms without any activity.
up((socket) => {
  socket.resume()
  socket.setTimeout(Number(ms), () => socket.destroy())
})
