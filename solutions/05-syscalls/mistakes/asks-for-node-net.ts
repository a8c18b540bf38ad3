// The runtime's echo again, from a module that the process itself is asked for.
//
// needs: /proc
// fails: calls libc, not node:net
// says: waits for them in an event loop (epoll)

const { createServer } = process.getBuiltinModule('node:net')

const { HOST = '127.0.0.1', PORT = '4000' } = process.env

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('error', () => {})
  socket.pipe(socket)
})
server.on('error', (error) => {
  console.error(`${HOST}:${PORT}: ${error.message}`)
  process.exit(1)
})
server.listen(Number(PORT), HOST)
