// Each client has a mailbox and two loops: one reads lines and puts texts into the mailboxes of the
// others, one takes texts out of its own and waits whenever its socket is full. Nobody waits for
// anybody else, and the mailbox knows how much is in it.

import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

const MAX_LINE_BYTES = 4096
const MAX_WAITING_BYTES = 12 * 1024 * 1024

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

class Mailbox {
  readonly socket: Socket
  #texts: Buffer[] = []
  #bytes = 0
  #isClosed = false
  #wake = () => {}

  constructor(socket: Socket) {
    this.socket = socket
  }

  get isFull(): boolean {
    return this.#bytes > MAX_WAITING_BYTES
  }

  put(text: Buffer): void {
    this.#texts.push(text)
    this.#bytes += text.length
    this.#wake()
  }

  /** No more texts come. Those that are in here are still delivered, then FIN. */
  close(): void {
    this.#isClosed = true
    this.#wake()
  }

  async deliver(): Promise<void> {
    for (;;) {
      const texts = this.#texts
      this.#texts = []
      for (const text of texts) {
        if (!this.socket.write(text)) await once(this.socket, 'drain')
        this.#bytes -= text.length
      }
      if (this.#texts.length > 0) continue
      if (this.#isClosed) break
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    this.socket.end()
  }
}

class Member {
  readonly name: string
  readonly mailbox: Mailbox

  constructor(name: string, mailbox: Mailbox) {
    this.name = name
    this.mailbox = mailbox
  }
}

class Room {
  #members: readonly Member[] = [] // replaced at each change, so a loop over it never sees one

  /** The new member, or undefined if the name is taken. */
  join(name: string, mailbox: Mailbox): Member | undefined {
    if (this.#members.some((member) => member.name.toLowerCase() === name.toLowerCase())) return undefined
    const newcomer = new Member(name, mailbox)
    this.tell(`* ${name} joined\n`)
    this.#members = [...this.#members, newcomer]
    mailbox.put(Buffer.from(`* here: ${this.#members.map((member) => member.name).join(', ')}\n`))
    return newcomer
  }

  leave(leaver: Member): void {
    if (!this.#members.includes(leaver)) return
    this.#members = this.#members.filter((member) => member !== leaver)
    this.tell(`* ${leaver.name} left\n`)
  }

  tell(text: string | Buffer, sender?: Member): void {
    const bytes = Buffer.from(text)
    for (const member of this.#members) if (member !== sender) member.mailbox.put(bytes)
    for (const member of this.#members.filter(({ mailbox }) => mailbox.isFull)) {
      member.mailbox.socket.destroy()
      this.leave(member)
    }
  }
}

const room = new Room()

createServer({ allowHalfOpen: true, noDelay: true }, async (socket) => {
  const mailbox = new Mailbox(socket)
  socket.on('error', () => {}) // a reset that comes when neither loop waits for anything
  mailbox.deliver().catch(() => socket.destroy())
  try {
    await serve(socket, mailbox)
  } catch {
    socket.destroy() // the client has reset the connection
  }
  mailbox.close()
  socket.resume() // what a refused client still sends is read and dropped, up to its FIN
}).listen(port, host)

async function serve(socket: Socket, mailbox: Mailbox): Promise<void> {
  let member: Member | undefined
  const refuse = (reason: string) => mailbox.put(Buffer.from(`error ${reason}\n`))
  socket.once('close', () => member && room.leave(member)) // also while the loop below waits for a line
  try {
    for await (const line of linesOf(socket)) {
      if (socket.destroyed) return
      if (line.length > MAX_LINE_BYTES) return refuse('line too long')
      const text = line.at(-1) === 0x0d ? line.subarray(0, -1) : line
      if (member) {
        room.tell(Buffer.concat([Buffer.from(`${member.name}: `), text, Buffer.from('\n')]), member)
      } else {
        const name = text.toString('latin1')
        if (!/^[a-zA-Z0-9]{1,16}$/.test(name)) return refuse('bad nickname')
        member = room.join(name, mailbox)
        if (!member) return refuse('nickname taken')
      }
    }
  } finally {
    if (member) room.leave(member)
  }
}

/**
 * Lines without their LF. One that is too long already comes as far as it has come; the last,
 * without a LF, never.
 */
async function* linesOf(socket: Socket): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    rest = Buffer.concat([rest, chunk])
    for (let end = rest.indexOf('\n'); end !== -1; end = rest.indexOf('\n')) {
      yield rest.subarray(0, end)
      rest = rest.subarray(end + 1)
    }
    if (rest.length > MAX_LINE_BYTES) yield rest
  }
}
