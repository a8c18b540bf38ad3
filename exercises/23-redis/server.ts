import { createServer, type Socket } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

// The keys, which all clients share, go here. So does the table of commands: name, number of
// arguments, function.

const server = createServer({ noDelay: true }, serve)
server.listen(port, host)

/** Called once for each client. */
function serve(socket: Socket): void {
  // What this client has sent and you have not used yet goes here. So does the version of RESP
  // that it has asked for.

  socket.on('data', (chunk) => {
    // TODO: obey each command that is whole, keep the rest for later, and write the answers.
    void chunk
  })

  // What happens when the connection breaks goes here.
}
