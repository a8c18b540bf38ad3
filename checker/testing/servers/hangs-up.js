import { up } from './up.js'

const [ms] = process.argv.slice(2)

// This many ms after they connected, or after the last byte.
up((socket) => {
  socket.resume()
  socket.setTimeout(Number(ms), () => socket.destroy())
})
