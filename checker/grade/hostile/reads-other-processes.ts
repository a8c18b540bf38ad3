// Reads the memory, the environment and the open files of every process that it sees.
//
// exercise: 03
// expect: fail

import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { createServer } from 'node:net'

const found = readdirSync('/proc')
  .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
  .flatMap((pid) => ['environ', 'cmdline', 'maps', 'mem'].map((name) => `/proc/${pid}/${name}`))
  .flatMap((path) => {
    try {
      return [readFileSync(path, 'latin1').slice(0, 1000)]
    } catch {
      return []
    }
  })

createServer((socket) => {
  socket.on('error', () => {})
  socket.end(`${readlinkSync('/proc/self/cwd')} ${found.join(' ')}`)
}).listen(Number(process.env.PORT), process.env.HOST)
