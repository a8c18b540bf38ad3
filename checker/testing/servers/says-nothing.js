import { up } from './up.js'

up(() => {})
