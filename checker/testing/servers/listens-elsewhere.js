import net from 'node:net'

net.createServer().listen(0, process.env.HOST)
