import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { up } from './up.js'

/**
 * Computes for as many ms of CPU time as a client says, in a thread that has ended by the time it
 * answers.
 */
up((socket) => {
  socket.on('data', async (ms) => {
    const loop = `const { user } = process.cpuUsage(); while (process.cpuUsage().user - user < ${Number(ms) * 1000});`
    await once(new Worker(loop, { eval: true }), 'exit')
    socket.write('done\n')
  })
})
