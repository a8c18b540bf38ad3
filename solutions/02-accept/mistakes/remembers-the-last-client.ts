// Keeps the client's address outside the handler. While it looks something up, the next client
// comes and overwrites it: everybody is told who came last.
//
// fails: tells each of several clients its own address and port
// says: you are

import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

let you = ''

const server = createServer(async (socket) => {
  socket.resume()
  socket.on('error', () => {})
  you = `${socket.remoteAddress}:${socket.remotePort}`
  const me = `${socket.localAddress}:${socket.localPort}`
  await lookUp()
  socket.end(`you are ${you}, I am ${me}\n`)
})

server.listen(port, host)

async function lookUp() {
  await sleep(250)
}
