// Sends this many bytes, each its position modulo 251; the one at the second argument, if given, is
// wrong.
import { up } from './up.js'

const [length, wrong] = process.argv.slice(2).map(Number)
const answer = Buffer.from(Array.from({ length }, (_, i) => (i === wrong ? 255 : i % 251)))

up((socket) => socket.write(answer))
