// Prints as much as it can, for a second.
//
// exercise: 01
// expect: fail

import { writeSync } from 'node:fs'

const block = Buffer.alloc(65_536, 'x')
for (const start = performance.now(); performance.now() - start < 1000; ) {
  for (const fd of [1, 2]) {
    try {
      writeSync(fd, block)
    } catch {
      // The reader is slow: try again.
    }
  }
}
