// Leaves a process behind that accepts connections on its port after it has exited.
//
// exercise: 03
// expect: fail

import { spawn } from 'node:child_process'

const daemon =
  "require('net').createServer((s) => s.end('still here')).listen(+process.env.PORT, process.env.HOST)"
spawn(process.execPath, ['-e', daemon], {
  stdio: 'ignore',
  detached: true,
  env: { ...process.env, TMPDIR: '/' },
}).unref()
process.exit(0)
