import { up } from './up.js'

up((socket) => socket.write('hullo\n'))
