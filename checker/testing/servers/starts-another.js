import { spawn } from 'node:child_process'
import './echoes.js'

// Neither of the two ends by itself, and this one ignores SIGTERM.
spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' })
process.on('SIGTERM', () => {})
console.log(process.pid)
