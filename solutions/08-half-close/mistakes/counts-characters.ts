// Decodes UTF-8 and counts characters.
//
// fails: counts bytes, not characters
// says: byte 4 was
import { createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const thinkMs = Number(process.env.THINK_MS ?? 50)

const server = createServer({ allowHalfOpen: true }, serve)
server.listen(Number(process.env.PORT), process.env.HOST)

function serve(socket: Socket): void {
  let lines = 0
  let words = 0
  let characters = 0
  let inWord = false

  socket.setEncoding('utf8')
  socket.on('data', (text: string) => {
    for (const character of text) {
      characters++
      if (character === '\n') lines++
      const wasInWord = inWord
      inWord = !' \t\n\v\f\r'.includes(character)
      if (inWord && !wasInWord) words++
    }
  })

  socket.on('end', async () => {
    await sleep(thinkMs)
    socket.end(`${lines} ${words} ${characters}\n`)
  })

  socket.on('error', () => {})
}
