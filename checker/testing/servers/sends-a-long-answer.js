// Sends this many bytes, each equal to its position modulo 251; if there is a second argument, the
// byte at that position is wrong.
import { up } from './up.js'

const [length, wrong] = process.argv.slice(2).map(Number)
const answer = Buffer.from(Array.from({ length }, (_, i) => (i === wrong ? 255 : i % 251)))

up((socket) => socket.write(answer))
