import { up } from './up.js'

up((socket) => socket.on('data', () => socket.write(process.argv[2])))
