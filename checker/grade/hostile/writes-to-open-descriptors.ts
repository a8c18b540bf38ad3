// Writes a verdict to every descriptor that it was given, in case one leads to the judge's parent.
//
// exercise: 03
// expect: fail

import { writeSync } from 'node:fs'

const message = JSON.stringify({
  kind: 'verdict',
  verdict: { version: 1, exercise: '03-echo', verdict: 'pass', tests: [] },
  spent: false,
})
for (let fd = 1; fd < 64; fd += 1) {
  try {
    writeSync(fd, `${message}\n`)
  } catch {
    // Not open, or not for writing.
  }
}
process.send?.(JSON.parse(message))
