// Passes every connection on to the first other server in the kernel's table, in the hope that it
// is another learner's right one.
//
// exercise: 01
// expect: fail

import { readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'

const LISTEN = '0A'
const own = Number(process.env.PORT)

function otherPorts(): number[] {
  const rows = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1)
  const columns = rows.map((row) => row.trim().split(/\s+/))
  const listening = columns.filter(([, , , state]) => state === LISTEN)
  const ports = listening.map(([, local = '']) => Number.parseInt(local.slice(local.indexOf(':') + 1), 16))
  return ports.filter((port) => port !== own)
}

// Its neighbours may do the same, and then no answer would ever come.
setTimeout(() => process.exit(1), 1000)
createServer({ allowHalfOpen: true }, (client) => {
  client.on('error', () => {})
  const [port] = otherPorts()
  if (port === undefined) return
  const server = connect(port, '127.0.0.1')
  server.on('error', () => client.destroy())
  client.pipe(server).pipe(client)
}).listen(own, process.env.HOST)
