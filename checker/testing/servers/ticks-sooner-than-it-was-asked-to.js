import { up } from './up.js'

up((socket) => socket.on('data', () => socket.write('tick 1\n')))
