import { up } from './up.js'

/**
 * Sends a block of 256 KiB for each byte that comes, and drops a client once more than this much
 * waits for it.
 */
const most = Number(process.argv[2] ?? Number.POSITIVE_INFINITY)
const block = Buffer.alloc(256 * 1024)

up((socket) => {
  socket.on('data', (bytes) => {
    for (let i = 0; i < bytes.length; i += 1) socket.write(block)
    if (socket.writableLength > most) socket.destroy()
  })
})
