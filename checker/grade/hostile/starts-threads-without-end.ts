// Starts threads that start threads.
//
// exercise: 03
// expect: fail

import { Worker } from 'node:worker_threads'

for (;;) {
  new Worker('for (;;);', { eval: true }).on('error', () => {})
  await new Promise((resolve) => setTimeout(resolve, 1))
}
