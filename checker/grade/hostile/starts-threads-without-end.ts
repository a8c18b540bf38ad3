// Starts a thread every millisecond, for a second; each wants a core for a moment.
//
// exercise: 01
// expect: fail

import { Worker } from 'node:worker_threads'

const SPIN = 'for (const start = Date.now(); Date.now() - start < 200; );'

setTimeout(() => process.exit(1), 1000)
for (;;) {
  new Worker(SPIN, { eval: true }).on('error', () => {})
  await new Promise((resolve) => setTimeout(resolve, 1))
}
