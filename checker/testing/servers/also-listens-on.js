import net from 'node:net'
import './echoes.js'

net.createServer().listen(Number(process.argv[2]), process.env.HOST)
