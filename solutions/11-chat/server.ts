import { createServer, type Socket } from 'node:net'

const MAX_LINE_BYTES = 4096
/** A member that reads too slowly is dropped when this much waits for it in our process. */
const MAX_WAITING_BYTES = 12 * 1024 * 1024
const NICKNAME = /^[a-z0-9]{1,16}$/i
const LF = 0x0a
const CR = 0x0d

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

interface Member {
  name: string
  socket: Socket
}

/** Who is in the room, in the order of joining. A connection without a nickname is not in it. */
const room = new Map<string, Member>()

createServer({ noDelay: true }, serve).listen(port, host)

function serve(socket: Socket): void {
  let rest: Buffer = Buffer.alloc(0) // what came after the last LF: the beginning of a line
  let member: Member | undefined

  socket.on('data', read)
  socket.on('end', leave) // FIN; half a line is left in `rest`, and is not a message
  socket.on('close', leave) // and every other way to go
  socket.on('error', () => {}) // a reset: 'close' comes next

  function read(chunk: Buffer): void {
    rest = Buffer.concat([rest, chunk])
    let end = rest.indexOf(LF)
    // Any line may be this client's last: it is refused, or dropped as a slow reader.
    while (end !== -1 && end <= MAX_LINE_BYTES && socket.writable) {
      const line = rest.subarray(0, end)
      rest = rest.subarray(end + 1)
      // latin1 makes one character of each byte, and the same byte of it again.
      obey(line.toString('latin1', 0, line.at(-1) === CR ? end - 1 : end))
      end = rest.indexOf(LF)
    }
    if (rest.length > MAX_LINE_BYTES) refuse('line too long')
  }

  function obey(line: string): void {
    if (member) tell(`${member.name}: ${line}\n`, member)
    else if (!NICKNAME.test(line)) refuse('bad nickname')
    else if (room.has(line.toLowerCase())) refuse('nickname taken')
    else member = join(line, socket)
  }

  function refuse(reason: string): void {
    rest = Buffer.alloc(0)
    socket.off('data', read)
    socket.resume() // go on reading, into nothing: a close with unread bytes sends RST, not FIN
    socket.end(`error ${reason}\n`)
    leave()
  }

  function leave(): void {
    if (member) remove(member)
  }
}

/** No `await` between checking the name and taking it: no other client can take it in between. */
function join(name: string, socket: Socket): Member {
  const member = { name, socket }
  room.set(name.toLowerCase(), member)
  const names = [...room.values()].map((each) => each.name)
  socket.write(`* here: ${names.join(', ')}\n`)
  tell(`* ${name} joined\n`, member)
  return member
}

/** A second call for one member does nothing, even if the name has a new owner by then. */
function remove(member: Member): void {
  const key = member.name.toLowerCase()
  if (room.get(key) !== member) return
  room.delete(key)
  tell(`* ${member.name} left\n`)
}

/** Writes to every member but one, and waits for none: unread bytes are kept, up to a limit. */
function tell(text: string, except?: Member): void {
  for (const member of room.values()) if (member !== except) member.socket.write(text, 'latin1')

  // Only now that everyone has this text: the news that a member left comes after it.
  const slow = [...room.values()].find(({ socket }) => socket.writableLength > MAX_WAITING_BYTES)
  if (!slow) return
  slow.socket.destroy() // not end(), which would wait until all of it is read
  remove(slow)
}
