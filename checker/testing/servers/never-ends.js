import { up } from './up.js'

up((socket) => socket.pipe(socket, { end: false }))
