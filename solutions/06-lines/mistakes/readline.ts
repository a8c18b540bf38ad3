// Leaves the lines to node:readline, for which a lone CR, U+2028 and U+2029 end a line as well.
//
// fails: leaves all other characters of a line alone
// says: was LF (0A) instead of CR (0D)

import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

createServer({ allowHalfOpen: true }, serve).listen(port, host)

function serve(socket: Socket): void {
  let count = 0

  const lines = createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY })
  lines.on('line', (line) => {
    count += 1
    socket.write(`${count} ${line}\n`)
  })
  lines.on('close', () => socket.end())
  socket.on('error', () => {})
}
