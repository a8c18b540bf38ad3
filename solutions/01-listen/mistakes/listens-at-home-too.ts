// Listens where it should, and on 127.0.0.1 as well, so that it can be tried by hand.
//
// fails: listens on the address in HOST and on no other
// says: and nowhere else, but listens on 127.0.0.1

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

for (const address of new Set([host, '127.0.0.1'])) {
  const server = createServer((socket) => {
    socket.resume()
    socket.on('error', () => {})
  })

  server.on('error', (error) => {
    console.error(error.message)
    process.exit(1)
  })

  server.listen(port, address, () => console.log(`listening on ${address}:${port}`))
}
