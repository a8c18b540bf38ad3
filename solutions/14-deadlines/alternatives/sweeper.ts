// One timer for all: the times of each client are numbers, and a look at all of them 20 times a
// second is late by 50 ms at most, never early.
import { createServer, type Socket } from 'node:net'

const MAX_LINE_BYTES = 65_536
const SWEEP_MS = 50
const NEVER = Number.POSITIVE_INFINITY

const limit = (name: string, standard: number) => Number(process.env[name] ?? standard)
const idleMs = limit('IDLE_MS', 60_000)
const lineMs = limit('LINE_MS', 10_000)
const maxConnections = limit('MAX_CONNECTIONS', 1000)

interface Client {
  count: number
  rest: string
  idleAt: number
  lineAt: number
  /** Set once it has been told to go. */
  destroyAt: number
}

const clients = new Map<Socket, Client>()
const served = () => [...clients.values()].filter((client) => client.destroyAt === NEVER).length

setInterval(() => {
  const now = performance.now()
  for (const [socket, client] of clients) {
    if (now >= client.destroyAt) socket.destroy()
    else if (client.destroyAt === NEVER && now >= Math.min(client.idleAt, client.lineAt))
      dismiss(socket, client, 'error timeout')
  }
}, SWEEP_MS)

const server = createServer((socket) => {
  const client = { count: 0, rest: '', idleAt: performance.now() + idleMs, lineAt: NEVER, destroyAt: NEVER }
  const isFull = served() >= maxConnections
  clients.set(socket, client)
  socket.setEncoding('latin1')
  socket.on('error', () => {})
  socket.on('close', () => clients.delete(socket))
  socket.on('data', (text: string) => read(socket, client, text))
  socket.on('end', () => {
    if (client.destroyAt === NEVER && client.rest !== '') answer(socket, client, client.rest)
  })
  if (isFull) dismiss(socket, client, 'error busy')
})

function read(socket: Socket, client: Client, text: string): void {
  if (client.destroyAt !== NEVER) return
  client.idleAt = performance.now() + idleMs
  const lines = (client.rest + text).split('\n')
  if (lines.length > 1) client.lineAt = NEVER
  client.rest = lines.pop() ?? ''
  for (const line of lines) {
    if (line.length > MAX_LINE_BYTES) break
    answer(socket, client, line)
  }
  if ([...lines, client.rest].some((line) => line.length > MAX_LINE_BYTES))
    dismiss(socket, client, 'error line too long')
  else if (client.rest !== '') client.lineAt = Math.min(client.lineAt, performance.now() + lineMs)
}

function answer(socket: Socket, client: Client, line: string): void {
  client.count += 1
  socket.write(`${client.count} ${line.replace(/\r$/, '')}\n`, 'latin1')
}

function dismiss(socket: Socket, client: Client, why: string): void {
  client.destroyAt = performance.now() + idleMs
  socket.end(`${why}\n`)
}

server.listen(limit('PORT', 4000), process.env.HOST ?? '127.0.0.1')
