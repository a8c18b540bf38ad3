// Writes to its folder for as long as there is room.
//
// exercise: 03
// expect: fail

import { closeSync, openSync, writeSync } from 'node:fs'

const block = Buffer.alloc(1024 * 1024, 1)
for (let i = 0; i < 10_000; i += 1) {
  try {
    const fd = openSync(`${process.env.TMPDIR}/${i}`, 'w')
    for (let written = 0; written < 100; written += 1) writeSync(fd, block)
    closeSync(fd)
  } catch {
    break
  }
}
process.exit(1)
