import { up } from './up.js'

/** What it answers for this many milliseconds from its first client on, and "now" after that. */
const [, , before, ms] = process.argv

up((socket) => {
  const born = Date.now()
  socket.on('data', () => socket.write(Date.now() - born < Number(ms) ? `${before}\n` : 'now\n'))
})
