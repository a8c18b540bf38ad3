// Listens, and has a copy of Node serve that may be executed but not read: what such a process has
// open cannot be seen either. Its own event loop, where the listening socket would be seen, never
// runs.
//
// exercise: 05
// expect: fail
// says: hides it

import { chmodSync, copyFileSync, writeFileSync } from 'node:fs'

const { spawnSync } = process.getBuiltinModule('node:child_process')
const folder = process.env.TMPDIR ?? '/tmp'

copyFileSync(process.execPath, `${folder}/node`)
writeFileSync(
  `${folder}/serve.mjs`,
  `import net from 'node:net'
  const waiting = []
  let busy = false
  const next = () => {
    const socket = busy ? undefined : waiting.shift()
    if (!socket) return
    busy = true
    socket.on('close', () => { busy = false; next() })
    socket.pipe(socket)
  }
  net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    socket.on('error', () => {})
    waiting.push(socket)
    next()
  }).listen({ fd: 3 })`,
)
chmodSync(`${folder}/node`, 0o111)
// What node:net is built on.
const { TCP, constants } = Reflect.get(process, 'binding')('tcp_wrap')
const listening = new TCP(constants.SERVER)
listening.bind(process.env.HOST, Number(process.env.PORT))
listening.listen(128)
spawnSync(`${folder}/node`, [`${folder}/serve.mjs`], {
  stdio: ['ignore', 'inherit', 'inherit', listening.fd],
})
