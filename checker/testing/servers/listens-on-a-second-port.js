import net from 'node:net'
import './echoes.js'

net.createServer().listen(0, process.argv[2])
