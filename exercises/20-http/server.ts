// 20 HTTP: a request, a response
//
// Serve the files of a folder to any browser.

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)
/** Nothing outside this folder may be sent. */
const root = process.env.ROOT ?? 'exercises/20-http/site'

// Constants that the protocol gives you (numbers, names, limits) go here.

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('error', () => {}) // A reset: the client is gone.

  // TODO: read the head of the request, find the file in root, send an answer, end the connection.
  socket.destroy()
})

server.listen(port, host, () => console.log(`Serving ${root}.`))
