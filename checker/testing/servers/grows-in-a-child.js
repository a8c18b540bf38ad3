import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { up } from './up.js'

const grows = [join(import.meta.dirname, 'grows.js'), 'at once']

up((socket) => socket.on('data', () => spawn(process.execPath, grows, { stdio: 'inherit' })))
