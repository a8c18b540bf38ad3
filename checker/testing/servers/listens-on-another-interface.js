import net from 'node:net'

net.createServer().listen(Number(process.env.PORT), '127.0.0.5')
