// Prints as much as it can, for three seconds.
//
// exercise: 03
// expect: fail

import { writeSync } from 'node:fs'

const block = Buffer.alloc(65_536, 'x')
for (const start = performance.now(); performance.now() - start < 3000; ) {
  for (const fd of [1, 2]) {
    try {
      writeSync(fd, block)
    } catch {
      // The reader is slow: once more.
    }
  }
}
