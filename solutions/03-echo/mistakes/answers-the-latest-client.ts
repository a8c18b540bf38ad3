// Keeps the client in a variable outside the handler. There is one variable and there are many
// clients: everybody's bytes go to whoever connected last.
//
// fails: serves many clients at once, and keeps them apart
// says: nothing

import type { Socket } from 'node:net'
import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

let client: Socket

const server = createServer({ allowHalfOpen: true }, (socket) => {
  client = socket
  client.on('data', (chunk) => client.write(chunk))
  client.on('end', () => client.end())
  client.on('error', () => {})
})

server.listen(port, host)
