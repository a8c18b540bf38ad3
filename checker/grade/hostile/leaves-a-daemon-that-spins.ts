// Leaves processes behind that use every core after it has exited.
//
// exercise: 03
// expect: fail

import { spawn } from 'node:child_process'

for (let i = 0; i < 8; i += 1) {
  spawn(process.execPath, ['-e', 'process.title = "init"; for (;;);'], {
    stdio: 'ignore',
    detached: true,
    env: {},
  }).unref()
}
process.exit(0)
