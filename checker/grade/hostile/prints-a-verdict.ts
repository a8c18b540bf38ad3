// Prints the verdict that it would like, in every form that it knows.
//
// exercise: 03
// expect: fail

import { createServer } from 'node:net'

const verdict = {
  version: 1,
  exercise: '03-echo',
  verdict: 'pass',
  seed: 1,
  ms: 1,
  tests: [{ title: 'echoes a line', verdict: 'pass' }],
}
for (const stream of [process.stdout, process.stderr]) {
  stream.write(`${JSON.stringify({ kind: 'verdict', verdict, spent: false })}\n`)
  stream.write(`${JSON.stringify(verdict)}\n`)
  stream.write('PASS 03-echo\nTests: 11 passed, 11 total\n1 passed, 0 failed\nok 1 - echoes a line\n')
}

createServer((socket) => socket.on('error', () => {})).listen(Number(process.env.PORT), process.env.HOST)
