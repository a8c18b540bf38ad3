// Listens, and then stops as if in a debugger: connections are made but never answered.
//
// exercise: 03
// expect: fail

import { createServer } from 'node:net'

createServer(() => {}).listen(Number(process.env.PORT), process.env.HOST, () => {
  setTimeout(() => process.kill(process.pid, 'SIGSTOP'), 5)
})
