import type { Field, Message, Messages } from '#harness'

/** Requests and answers of HTTP/1.1, each with its lines. */
export const messages: Messages = {
  page: '/',

  read(stream, sender) {
    const all: Message[] = []
    for (let at = 0; at < stream.length; ) {
      const end = stream.indexOf('\r\n\r\n', at)
      if (end < 0) break
      const message = messageAt(stream, at, end + 4, sender)
      all.push(message)
      at += message.length
    }
    return all
  },

  write(line) {
    const [, method, target] = /^([A-Z]+) (\S+)$/.exec(line.trim()) ?? []
    if (method === undefined)
      throw new Error('Type a method and a target, such as "GET /hello.txt". /send sends any text.')
    return Buffer.from(`${method} ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
  },

  lines: [
    ['GET /hello.txt', 'a whole request with a Host field; also HEAD, POST and others'],
    ['/send GET / HTTP/1.1\\r\\n\\r\\n', 'any bytes: this one has no Host'],
  ],
}

function messageAt(stream: Buffer, start: number, bodyAt: number, sender: 'client' | 'server'): Message {
  const lines = stream.toString('latin1', start, bodyAt - 4).split('\r\n')
  const fields: Field[] = []
  let at = start
  for (const [i, line] of lines.entries()) {
    const colon = i === 0 ? -1 : line.indexOf(':')
    const first = sender === 'client' ? 'request line' : 'status line'
    const name = i === 0 ? first : colon < 0 ? 'field' : line.slice(0, colon)
    const value = colon < 0 ? line : line.slice(colon + 1).trim()
    fields.push({ name, offset: at, length: line.length + 2, value })
    at += line.length + 2
  }
  fields.push({ name: 'end of the head', offset: bodyAt - 2, length: 2 })

  const announced = fields.find(({ name }) => name.toLowerCase() === 'content-length')
  const length = Math.min(Number(announced?.value ?? 0) || 0, stream.length - bodyAt)
  if (length > 0) fields.push({ name: 'body', offset: bodyAt, length, value: `${length} bytes` })
  const text = lines[0] ?? ''
  return {
    name: sender === 'client' ? 'request' : 'answer',
    offset: start,
    length: bodyAt - start + length,
    fields,
    text,
  }
}
