import { up } from './up.js'

up((socket) => socket.pause())
