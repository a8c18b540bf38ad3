// Starts itself twice and exits, as does each copy, before they do.
//
// exercise: 01
// expect: fail

import { spawn } from 'node:child_process'

const file = process.argv[1] ?? ''
setTimeout(() => process.exit(1), 1000)
for (;;) {
  for (let i = 0; i < 2; i += 1)
    spawn(process.execPath, [file], { stdio: 'ignore', detached: true })
      .on('error', () => {})
      .unref()
  await new Promise((resolve) => setTimeout(resolve, 20))
}
