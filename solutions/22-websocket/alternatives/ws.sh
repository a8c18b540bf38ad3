# The ws package on node:http, which most servers in Node run. It does the handshake, masks,
# fragments and codes; what is left for us is the paths, the room and the end.
# needs: node
exec node --input-type=module -e '
import { createServer } from "node:http"
import { WebSocket, WebSocketServer } from "ws"

const MAX_WAITING_BYTES = 24 * 1024 * 1024
const PATHS = ["/echo", "/room"]
const close = { Connection: "close" }

const sockets = new WebSocketServer({ noServer: true, maxPayload: 16 * 1024 * 1024 })
const room = new Set()
const server = createServer((_, response) => response.writeHead(426, { ...close, Upgrade: "websocket" }).end())

// By itself node:http destroys the socket, and a close with unread bytes sends RST.
server.on("clientError", (_, socket) => socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"))
server.on("upgrade", (request, socket, head) => {
  socket.on("error", () => {})
  const path = request.url.replace(/\?.*/, "")
  if (!PATHS.includes(path)) return refuse(socket, "404 Not Found")
  if (!request.headers.host || request.httpVersion !== "1.1") return refuse(socket, "400 Bad Request")
  sockets.handleUpgrade(request, socket, head, (client) => serve(client, path))
})
server.listen(Number(process.env.PORT), process.env.HOST)

process.on("SIGTERM", () => {
  server.close()
  server.closeAllConnections() // those whose head is not complete; upgraded ones are not counted
  for (const client of sockets.clients) client.close(1001)
})

function refuse(socket, status) {
  socket.resume()
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`)
}

function serve(client, path) {
  client.on("error", () => {}) // a refused frame, or a reset: "close" comes next
  if (path === "/room") {
    room.add(client)
    client.on("close", () => room.delete(client))
  }
  client.on("message", (data, isBinary) => {
    if (client.readyState !== WebSocket.OPEN) return
    if (path === "/echo") client.send(data, { binary: isBinary })
    else for (const member of room) tell(member, data, isBinary)
  })
}

function tell(member, data, isBinary) {
  if (member.bufferedAmount <= MAX_WAITING_BYTES) member.send(data, { binary: isBinary }, () => {})
  else member.terminate()
}
'
