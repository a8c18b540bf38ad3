// Waits for clients in a loop of its own, as it would on system calls: the event loop never gets to
// run.
//
// fails: echoes a line
// says: it computed the whole time

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

createServer((socket) => socket.pipe(socket)).listen(port, host)

while (true) {}
