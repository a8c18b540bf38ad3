// Looks for the solution in every folder above its own, and runs it in its own place.
//
// exercise: 03
// expect: fail

import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
  for (const name of [
    'solutions/03-echo/server.ts',
    'solutions/03-echo/server.mjs',
    'checker/dist/main.js',
  ]) {
    const path = join(folder, name)
    if (existsSync(path)) await import(path)
  }
}
