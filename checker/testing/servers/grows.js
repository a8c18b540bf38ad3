// Grows by 8 MiB every 20 ms, from its first data on or `at once`, and never answers.
import { up } from './up.js'

const memory = []
const grow = () => setInterval(() => memory.push(Buffer.alloc(8 * 2 ** 20, 1)), 20)

if (process.argv[2] === 'at once') grow()
else up((socket) => socket.on('data', grow))
