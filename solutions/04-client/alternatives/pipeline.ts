// The same with promises: pipeline() is done when stdout has taken the last byte, so that
// process.exit() cuts nothing off, and what breaks the connection arrives as an exception.
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'
import { pipeline } from 'node:stream/promises'

const socket = connect(Number(process.env.PORT), process.env.HOST)

try {
  stdin.pipe(socket)
  await pipeline(socket, stdout)
  process.exit(0)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
