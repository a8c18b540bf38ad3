// Lets go of the server, but not of stdin: the process stays for as long as somebody could type.
//
// fails: exits with 0 when the server ends
// says: should exit with code 0, but was still running
import { connect } from 'node:net'
import { stdin, stdout } from 'node:process'

const socket = connect(Number(process.env.PORT), process.env.HOST)

stdin.on('data', (chunk) => socket.write(chunk))
stdin.on('end', () => socket.end())
socket.pipe(stdout)
socket.on('error', (error) => {
  console.error(error.message)
  process.exit(1)
})
