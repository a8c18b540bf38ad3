// Measures its own speed with a timer that never rests, as programs with a progress bar do. A
// moment in which nothing at all runs does not come.
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const TICK_MS = 50

let bytes = 0
let perSecond = 0

const socket = connect(Number(process.env.PORT), process.env.HOST)
stdin.pipe(socket)
socket.pipe(stdout)

socket.on('data', (chunk) => {
  bytes += chunk.length
})
const meter = setInterval(() => {
  perSecond = (bytes * 1000) / TICK_MS
  bytes = 0
}, TICK_MS)

socket.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})
socket.on('close', () => {
  clearInterval(meter)
  stdin.destroy()
})

// What a progress bar would show.
export const speed = () => perSecond
