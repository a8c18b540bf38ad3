// Prints without end.
//
// exercise: 03
// expect: fail

import { writeSync } from 'node:fs'

const block = Buffer.alloc(65_536, 'x')
for (;;) {
  for (const fd of [1, 2]) {
    try {
      writeSync(fd, block)
    } catch {
      // The reader is slow: once more.
    }
  }
}
