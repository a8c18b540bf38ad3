// Replaces its compiled file, Node and the compiler with a right server.
//
// exercise: 03
// expect: fail

import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const right =
  "import { createServer } from 'node:net'; createServer({ allowHalfOpen: true }, (s) => s.pipe(s)).listen(+process.env.PORT, process.env.HOST)"
for (const path of [
  import.meta.filename,
  process.execPath,
  ...readdirSync(import.meta.dirname).map((name) => join(import.meta.dirname, name)),
]) {
  try {
    writeFileSync(path, right)
  } catch {
    // Read-only.
  }
}
