// 20 HTTP: a request, a response
//
// Serve the files of a folder to every browser there is.

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)
/** Nothing outside of this folder is anybody's business. */
const root = process.env.ROOT ?? 'exercises/20-http/site'

// Numbers, names and limits that the protocol gives you go here.

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('error', () => {}) // A reset: the client is gone.

  // TODO: read up to the end of the request's head, find the file in root, send an answer, end the connection.
  socket.destroy()
})

server.listen(port, host, () => console.log(`Serving ${root}.`))
