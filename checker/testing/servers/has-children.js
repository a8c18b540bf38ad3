import { spawn } from 'node:child_process'
import './echoes.js'

Buffer.alloc(150 * 2 ** 20, 1)
for (let i = 0; i < 4; i += 1) spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
