// Strings without harm: in Latin-1 every byte is one character, so lengths stay true. \s is out of
// the question (it takes A0 for a space), and a word that goes on in the next chunk is counted
// once.
import { createServer } from 'node:net'

const thinkMs = Number(process.env.THINK_MS ?? 50)
const WORDS = /[^ \t\n\v\f\r]+/g
const STARTS_IN_WORD = /^[^ \t\n\v\f\r]/
const ENDS_IN_WORD = /[^ \t\n\v\f\r]$/

const server = createServer({ allowHalfOpen: true }, (socket) => {
  let lines = 0
  let words = 0
  let bytes = 0
  let inWord = false

  socket.setEncoding('latin1')
  socket.on('data', (text: string) => {
    bytes += text.length
    lines += text.split('\n').length - 1
    words += text.match(WORDS)?.length ?? 0
    if (inWord && STARTS_IN_WORD.test(text)) words--
    inWord = ENDS_IN_WORD.test(text.slice(-1))
  })

  socket.on('end', () => {
    setTimeout(() => socket.end(`${lines} ${words} ${bytes}\n`), thinkMs)
  })

  socket.on('error', () => {})
})
server.listen(Number(process.env.PORT), process.env.HOST)
