// A Transform that gives out nothing until its input is over: flush() is called at the client's
// FIN, and the pipeline ends our side once the answer is through.
import { createServer } from 'node:net'
import { pipeline, Transform } from 'node:stream'

const thinkMs = Number(process.env.THINK_MS ?? 50)

const server = createServer({ allowHalfOpen: true }, (socket) => {
  // The callback takes the error of a client that resets.
  pipeline(socket, wordCount(), socket, () => {})
})
server.listen(Number(process.env.PORT), process.env.HOST)

function wordCount(): Transform {
  let lines = 0
  let words = 0
  let bytes = 0
  let before = 32

  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      for (const byte of chunk) {
        if (byte === 10) lines++
        if (isWhiteSpace(before) && !isWhiteSpace(byte)) words++
        before = byte
      }
      done()
    },
    flush(done) {
      setTimeout(() => done(null, `${lines} ${words} ${bytes}\n`), thinkMs)
    },
  })
}

function isWhiteSpace(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13)
}
