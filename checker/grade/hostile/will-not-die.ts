// Catches every signal that can be caught, and keeps the process from exiting.
//
// exercise: 03
// expect: fail

import { createServer } from 'node:net'
import { constants } from 'node:os'

for (const name of Object.keys(constants.signals) as NodeJS.Signals[]) {
  try {
    process.on(name, () => {})
  } catch {
    // KILL and STOP cannot be caught.
  }
}
process.on('exit', () => {
  for (;;);
})

createServer((socket) => socket.on('error', () => {})).listen(Number(process.env.PORT), process.env.HOST)
