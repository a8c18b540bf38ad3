// Starts threads that use every core, one a millisecond, for a second.
//
// exercise: 01
// expect: fail

import { Worker } from 'node:worker_threads'

setTimeout(() => process.exit(1), 1000)
for (;;) {
  new Worker('for (;;);', { eval: true }).on('error', () => {})
  await new Promise((resolve) => setTimeout(resolve, 1))
}
