// Reads stdin with readline, so that nothing is sent before a newline was typed.
//
// fails: sends input as it comes
// says: sent nothing for
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'
import { createInterface } from 'node:readline'

const socket = connect(Number(process.env.PORT), process.env.HOST)
const lines = createInterface({ input: stdin })

lines.on('line', (line) => socket.write(`${line}\n`))
lines.on('close', () => socket.end())
socket.pipe(stdout)
socket.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})
socket.on('close', () => stdin.destroy())
