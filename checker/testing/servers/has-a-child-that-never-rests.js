import { spawn } from 'node:child_process'
import './echoes.js'

spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'inherit' })
