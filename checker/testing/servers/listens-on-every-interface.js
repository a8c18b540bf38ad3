import net from 'node:net'

net.createServer((socket) => socket.pipe(socket)).listen(Number(process.env.PORT), process.argv[2])
