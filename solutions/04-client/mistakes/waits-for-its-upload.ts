// Does one thing at a time, like select() with a send() that blocks: while the server does not
// read, it prints nothing of what the server says.
//
// fails: copies 16 MiB each way at once
// says: printed nothing for
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)
let turn = Promise.resolve()

function next(source: NodeJS.ReadableStream, sink: NodeJS.WritableStream, chunk: Buffer) {
  source.pause()
  turn = turn.then(() => new Promise<void>((resolve) => sink.write(chunk, () => resolve())))
  turn.then(() => source.resume())
}

stdin.on('data', (chunk: Buffer) => next(stdin, socket, chunk))
socket.on('data', (chunk: Buffer) => next(socket, stdout, chunk))
stdin.on('end', () => turn.then(() => socket.end()))

socket.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})
socket.on('close', () => stdin.destroy())
