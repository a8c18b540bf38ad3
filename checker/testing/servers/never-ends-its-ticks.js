import { up } from './up.js'

up((socket) => setInterval(() => socket.write('tick\n'), 5))
