// 13 Backpressure: the reader sets the pace.
//
// Send as many bytes as a client asks for, take as many as it announces, and keep hardly any.
import { createHash } from 'node:crypto'
import { createServer } from 'node:net'

const server = createServer({ allowHalfOpen: true }, (socket) => {
  // TODO: read a command, answer it, read the next one.
  //   gen N    N bytes of the pattern: who says how fast?
  //   sink N   N bytes come: what do you have to keep of them until the answer?
  const hash = createHash('sha256')
  socket.end(hash.digest('hex'))
})

server.listen(Number(process.env.PORT), process.env.HOST)
