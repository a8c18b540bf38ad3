// Looks something up before it answers. By then the client's FIN has come, and without
// allowHalfOpen Node has ended the connection by itself: the answer is lost, without an error.
//
// fails: echoes what comes just before the end
// says: ended the connection

import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  socket.on('data', async (chunk) => {
    await lookUp()
    socket.write(chunk)
  })
  socket.on('error', () => {})
})

server.listen(port, host)

async function lookUp() {
  await sleep(200)
}
