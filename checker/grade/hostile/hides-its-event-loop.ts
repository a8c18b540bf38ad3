// Serves with Node's own event loop, and hides it while a client is connected: if a process may not
// be dumped, only root sees what it has open.
//
// exercise: 05
// expect: fail
// says: hides it

import type { Server, Socket } from 'node:net'
import koffi from 'koffi'

const prctl = koffi.load('libc.so.6').func('int prctl(int option, ulong a, ulong b, ulong c, ulong d)')
const PR_SET_DUMPABLE = 4

const net = process.getBuiltinModule('node:net')
const waiting: Socket[] = []
let busy = false
const server: Server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket: Socket) => {
  socket.on('error', () => {})
  waiting.push(socket)
  next()
})
function next() {
  const socket = busy ? undefined : waiting.shift()
  prctl(PR_SET_DUMPABLE, busy || socket ? 0 : 1, 0, 0, 0)
  if (!socket) return
  busy = true
  socket.on('close', () => {
    busy = false
    next()
  })
  socket.pipe(socket)
}
server.on('error', (error) => {
  console.error(error.message)
  process.exit(1)
})
server.listen(Number(process.env.PORT), process.env.HOST)
