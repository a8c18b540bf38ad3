import { up } from './up.js'

/** Milliseconds after the end. */
const LATE_MS = 40

up((socket) => {
  socket.on('end', () => setTimeout(() => socket.end('hello\n'), LATE_MS)).resume()
})
