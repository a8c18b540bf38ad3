import { up } from './up.js'

up((socket) => socket.write('hello\nhello\n'))
