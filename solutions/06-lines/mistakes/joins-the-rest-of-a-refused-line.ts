// Forgets a line that it refuses, but then goes on joining what follows to it: it checks "refused"
// one line too late.
//
// fails: keeps nothing of what follows a line that it has refused
// says: take twice the time for twice the work
import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)
const LIMIT = 65536

const server = createServer((socket) => {
  let rest = Buffer.alloc(0)
  let n = 0
  let refused = false

  function answer(line: Buffer) {
    if (line.length > 0 && line[line.length - 1] === 0x0d) line = line.subarray(0, line.length - 1)
    n++
    socket.write(`${n} `)
    socket.write(line)
    socket.write('\n')
  }

  function refuse() {
    refused = true
    rest = Buffer.alloc(0)
    socket.end('error line too long\n')
  }

  socket.on('data', (chunk) => {
    rest = Buffer.concat([rest, chunk])
    if (refused) return
    let start = 0
    while (true) {
      const lf = rest.indexOf(0x0a, start)
      if (lf === -1) break
      if (lf - start > LIMIT) {
        refuse()
        return
      }
      answer(rest.subarray(start, lf))
      start = lf + 1
    }
    rest = rest.subarray(start)
    if (rest.length > LIMIT) refuse()
  })

  socket.on('end', () => {
    if (!refused && rest.length > 0) answer(rest)
    socket.end()
  })
  socket.on('error', () => {})
})

server.listen(port, host)
