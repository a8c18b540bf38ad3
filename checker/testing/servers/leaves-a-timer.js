import { up } from './up.js'

up(() => setInterval(() => {}, 2))
