import { spawn } from 'node:child_process'
import './echoes.js'

// Neither of the two exits when asked.
spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' })
process.on('SIGTERM', () => {})
console.log(process.pid)
