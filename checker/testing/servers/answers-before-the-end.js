import { up } from './up.js'

up((socket) => socket.write('hello\n'))
