// Starts many processes that each stay below the limit for one.
//
// exercise: 01
// expect: fail

import { spawn } from 'node:child_process'

const hoard =
  'const kept = []; for (let i = 0; i < 50; i++) kept.push(Buffer.alloc(16 * 2 ** 20, 1)); setInterval(() => kept, 1e6)'
for (let i = 0; i < 30; i += 1)
  spawn(process.execPath, ['-e', hoard], { stdio: 'ignore' }).on('error', () => {})
setTimeout(() => process.exit(1), 3000)
