import { up } from './up.js'

/** The answer during this many milliseconds after a client connected; later it is "now". */
const [, , before, ms] = process.argv

up((socket) => {
  const born = Date.now()
  socket.on('data', () => socket.write(Date.now() - born < Number(ms) ? `${before}\n` : 'now\n'))
})
