// An async generator makes lines out of chunks, and a plain loop serves them. It reads well, and it
// waits: no chunk is read before the answers to the one before it have been taken.

import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

const MAX_LINE_BYTES = 65_536

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

createServer({ allowHalfOpen: true }, async (socket) => {
  try {
    await serve(socket)
  } catch {
    socket.destroy() // the client has reset the connection
  }
}).listen(port, host)

async function serve(socket: Socket): Promise<void> {
  let count = 0
  for await (const lines of linesOf(socket)) {
    const refused = lines.findIndex((line) => line.length > MAX_LINE_BYTES)
    const answers = (refused === -1 ? lines : lines.slice(0, refused)).map((line) => {
      count += 1
      return `${count} ${line.toString('latin1').replace(/\r$/, '')}\n`
    })
    if (refused !== -1) answers.push('error line too long\n')
    if (!socket.write(answers.join(''), 'latin1')) await once(socket, 'drain')
    if (refused !== -1) break
  }
  socket.end()
  socket.resume() // what a refused client still sends is read and dropped, up to its FIN
}

/**
 * The lines that each chunk completes, without their LF. One that is too long already comes as far
 * as it has come.
 */
async function* linesOf(socket: Socket): AsyncGenerator<Buffer[]> {
  let rest: Buffer = Buffer.alloc(0)
  // A loop that is left early would otherwise destroy the socket, and the error line with it.
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    rest = Buffer.concat([rest, chunk])
    const lines: Buffer[] = []
    let start = 0
    for (let end = rest.indexOf('\n'); end !== -1; end = rest.indexOf('\n', start)) {
      lines.push(rest.subarray(start, end))
      start = end + 1
    }
    rest = rest.subarray(start)
    if (rest.length > MAX_LINE_BYTES) lines.push(rest)
    yield lines
  }
  if (rest.length > 0) yield [rest]
}
