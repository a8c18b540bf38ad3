// Creates folders nested so deep that no path reaches them, and removes every permission.
//
// exercise: 03
// expect: fail

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'

process.chdir('/tmp')
for (let depth = 0; depth < 2000; depth += 1) {
  mkdirSync('a'.repeat(200))
  writeFileSync('file', '')
  const folder = 'a'.repeat(200)
  try {
    process.chdir(folder)
  } catch {
    break
  }
}
mkdirSync('/tmp/locked/inside', { recursive: true })
chmodSync('/tmp/locked', 0)
