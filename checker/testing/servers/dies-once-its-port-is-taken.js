// Records which port it was given and dies once another process listens there; from the second
// start on it listens itself.
import { existsSync, renameSync, writeFileSync } from 'node:fs'
import net from 'node:net'

const { HOST, PORT, SAID } = process.env

if (existsSync(SAID)) net.createServer().listen(PORT, HOST)
else {
  writeFileSync(`${SAID}.part`, PORT)
  renameSync(`${SAID}.part`, SAID)
  dieWhenTaken()
}

function dieWhenTaken() {
  net.connect(PORT, HOST, () => process.exit(1)).on('error', dieWhenTaken)
}
