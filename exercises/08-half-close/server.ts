// Counts what a client sends until its FIN, thinks, then answers LINES WORDS BYTES and ends.
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

// How long to think before an answer: a stand-in for the database that you would ask.
const thinkMs = Number(process.env.THINK_MS ?? 50)

const server = createServer(async (socket) => {
  // TODO: count lines, words and bytes while they come. The client's end is the signal for
  // the rest: think, answer, end. Who ends this side of the connection, and when?
  await sleep(thinkMs)
  socket.end()
})

server.listen(Number(process.env.PORT), process.env.HOST)
