import { up } from './up.js'

up((socket) => socket.write('tick\n', () => setTimeout(() => socket.resetAndDestroy(), 100)))
