import './echoes.js'

setInterval(() => console.log('x'.repeat(100_000)), 1)
