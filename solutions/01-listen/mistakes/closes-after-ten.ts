// Counts its clients, and closes after the tenth: a help for trying it out that was left in.
//
// fails: accepts clients one after another
// says: dave

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const ENOUGH = 10
let visitors = 0

const server = createServer((socket) => {
  visitors += 1
  if (visitors === ENOUGH) server.close()
  socket.resume()
  socket.on('error', () => {})
})

server.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})

server.listen(port, host)
