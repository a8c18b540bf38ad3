import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PAGE } from './play-page-html.ts'
import { Player } from './play-player.ts'

const HOST = '127.0.0.1'

/** A page that shows the arena: each window that has it open is a player of its own, by way of this process. */
export class PagePlayers {
  readonly #address: { host: string; port: number }
  readonly #players = new Map<string, Player>()
  #server: Server | undefined
  #count = 0
  /** Once it can be opened. */
  url: string | undefined

  constructor(address: { host: string; port: number }) {
    this.#address = address
  }

  async listen(): Promise<string> {
    if (this.url) return this.url
    const server = createServer((request, response) => this.#answer(request, response))
    this.#server = server
    await new Promise<void>((resolve) => server.listen(0, HOST, resolve))
    this.url = `http://${HOST}:${(server.address() as AddressInfo).port}/`
    return this.url
  }

  close(): void {
    for (const player of this.#players.values()) player.leave()
    this.#server?.closeAllConnections()
    this.#server?.close()
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    // Another site that has found our port has another name, and none of our players.
    if (`http://${request.headers.host}/` !== this.url) return void response.writeHead(403).end()
    const url = new URL(request.url ?? '/', this.url)
    if (url.pathname === '/events') return void this.#play(response)
    if (url.pathname === '/move' && request.method === 'POST') {
      this.#players
        .get(url.searchParams.get('player') ?? '')
        ?.move(Number(url.searchParams.get('direction')) & 3)
      return void response.writeHead(204).end()
    }
    if (url.pathname !== '/') return void response.writeHead(404).end()
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
      .end(PAGE)
  }

  /** A player for as long as the window is open; the browser is told each snapshot as an event. */
  #play(response: ServerResponse): void {
    this.#count += 1
    const key = `${this.#count}${Math.random()}`
    const tell = (what: object) => {
      // As the lesson says: what is late is not sent.
      if (response.writableLength === 0) response.write(`data: ${JSON.stringify(what)}\n\n`)
    }
    response.socket?.setNoDelay(true)
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.write(`data: ${JSON.stringify({ key })}\n\n`)
    const player: Player = new Player(`page${this.#count}`, this.#address, {
      snapshot: (snapshot) =>
        tell({
          ...snapshot,
          id: player.id,
          late: player.lateMs,
          answer: player.answerMs,
          every: player.tickMs,
        }),
      state: (text) => tell({ state: text }),
    })
    this.#players.set(key, player)
    response.on('close', () => {
      this.#players.delete(key)
      player.leave()
    })
  }
}
