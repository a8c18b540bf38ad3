// Events and a state: what is left of the command at hand, to send or to take. pause() while an
// answer waits, resume() after it.
import { createHash, type Hash } from 'node:crypto'
import { createServer, type Socket } from 'node:net'

const PATTERN = Buffer.from(Array.from({ length: 251 * 256 }, (_, i) => i % 251))

const server = createServer({ allowHalfOpen: true }, serve)
server.listen(Number(process.env.PORT), process.env.HOST)

function serve(socket: Socket): void {
  let rest: Buffer = Buffer.alloc(0)
  let toSend = 0
  let toTake = 0
  let hash: Hash | undefined
  let ended = false
  let refused = false

  socket.on('data', (chunk) => {
    if (refused) return
    rest = Buffer.concat([rest, chunk])
    proceed()
  })
  socket.on('drain', proceed)
  socket.on('end', () => {
    ended = true
    if (!refused) proceed()
  })
  socket.on('error', () => {})

  function proceed(): void {
    while (step());
    if (toSend > 0 || socket.writableNeedDrain) socket.pause()
    else if (ended) socket.end()
    else socket.resume()
  }

  /** Does what can be done now; false if something has to be waited for. */
  function step(): boolean {
    if (refused || socket.writableNeedDrain) return false
    if (toSend > 0) return send()
    if (hash) return take(hash)
    return begin()
  }

  function send(): boolean {
    const part = PATTERN.subarray(0, toSend)
    toSend -= part.length
    return socket.write(part)
  }

  function take(hash: Hash): boolean {
    const part = rest.subarray(0, toTake)
    hash.update(part)
    toTake -= part.length
    rest = rest.subarray(part.length)
    return toTake === 0 && answer(hash)
  }

  function answer(whole: Hash): boolean {
    hash = undefined
    return socket.write(`sunk ${whole.digest('hex')}\n`)
  }

  function begin(): boolean {
    const end = rest.indexOf('\n')
    if (end < 0 && rest.length <= 64) return false
    const words = /^(gen|sink) ([0-9]{1,16})$/.exec(rest.toString('latin1', 0, end))
    const count = Number(words?.[2])
    if (end < 0 || end > 64 || !words || count > Number.MAX_SAFE_INTEGER) return refuse()
    rest = rest.subarray(end + 1)
    if (words[1] === 'gen') toSend = count
    else {
      toTake = count
      hash = createHash('sha256')
    }
    return true
  }

  function refuse(): boolean {
    refused = true
    rest = Buffer.alloc(0)
    socket.end('error bad command\n')
    return false
  }
}
