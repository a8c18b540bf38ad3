import { createServer, type Socket } from 'node:net'
import { Database } from './sql.ts'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)
const user = process.env.POSTGRES_USER ?? 'alice'
const password = process.env.POSTGRES_PASSWORD ?? 'wonderland'
const name = process.env.POSTGRES_DB ?? 'shop'

/** The tables, shared by all clients. The lesson says how to use it. */
const database = new Database()

createServer({ allowHalfOpen: true, noDelay: true }, serve).listen(port, host)

function serve(socket: Socket): void {
  // TODO: put your server of 25 here, and add the extended protocol, COPY and notifications.
  void [user, password, name, database]
  socket.destroy()
}
