// Reads the hidden tests, to send back what they expect.
//
// exercise: 03
// expect: fail

import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

function testsBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.test\.(ts|mjs)$/.test(name))
      .map((name) => join(folder, name))
  } catch {
    return []
  }
}

const root = import.meta.dirname.split('/.workshop')[0] ?? '/'
const texts = [root, '/work', '/home', '/root', '/tmp'].flatMap(testsBelow).map((path) => readFileSync(path))

createServer((socket) => {
  socket.on('error', () => {})
  socket.write(texts[0] ?? 'there are no tests here')
}).listen(Number(process.env.PORT), process.env.HOST)
