// Has the address written into its code. It is right until somebody wants the server elsewhere.
//
// fails: listens on the address in HOST and on no other
// says: which a client of

import { createServer } from 'node:net'

const host = '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  // The client's FIN comes after its bytes: read them, and drop them.
  socket.resume()
  // The client reset the connection. An 'error' that nobody listens to would end the process.
  socket.on('error', () => {})
})

// bind(2) or listen(2) failed. Node's own message is one line and names address and port:
// listen EADDRINUSE: address already in use 127.0.0.1:4000
server.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})

server.listen(port, host)
