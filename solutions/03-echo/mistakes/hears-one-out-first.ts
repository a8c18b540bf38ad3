// Waits for a client's first word before it looks at the next one: a client that says nothing keeps
// all others waiting.
//
// fails: serves many clients at once, and keeps them apart
// says: nothing

import { on, once } from 'node:events'
import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer({ allowHalfOpen: true })

server.listen(port, host)

for await (const [socket] of on(server, 'connection')) {
  socket.on('end', () => socket.end())
  socket.on('error', () => {})
  const [first] = await once(socket, 'data')
  socket.write(first)
  socket.on('data', (chunk: Buffer) => socket.write(chunk))
}
