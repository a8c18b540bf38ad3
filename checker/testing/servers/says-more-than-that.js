console.error('starting')
console.error('port 4000 is in use')
process.exitCode = 1
