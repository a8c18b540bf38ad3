// Opens files until there is no descriptor left, and then listens.
//
// exercise: 03
// expect: fail

import { openSync } from 'node:fs'
import { createServer } from 'node:net'

try {
  for (;;) openSync('/dev/null', 'r')
} catch {
  // None left.
}
createServer(() => {}).listen(Number(process.env.PORT), process.env.HOST)
