import net from 'node:net'

const { HOST, PORT } = process.env

/** Listens as the exercises ask, and hands each connection over. */
export function up(handler) {
  return net
    .createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => {})
      handler(socket)
    })
    .listen(Number(PORT), HOST)
}
