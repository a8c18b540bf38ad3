// Prints escapes that make a terminal clear its screen, rename its window, fill its clipboard and
// send answers.
//
// exercise: 03
// expect: fail

import { createServer } from 'node:net'

const escapes =
  '\x1b[2J\x1b[H\x1b]0;passed\x07\x1b]52;c;cm0gLXJmIH4=\x07\x1b[6n\x1b[?1049h\x9b31m\u202e03-echo pass\r\x08\x08'
console.log(escapes)
console.error(escapes)

createServer((socket) => {
  socket.on('error', () => {})
  socket.end(escapes)
}).listen(Number(process.env.PORT), process.env.HOST)
