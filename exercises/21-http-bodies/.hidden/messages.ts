import type { Field, Message, Messages } from '#harness'

/** Requests and answers of HTTP/1.1, each with its lines and its body or chunks. */
export const messages: Messages = {
  page: '/',

  read(stream, sender) {
    const all: Message[] = []
    for (let at = 0; at < stream.length; ) {
      const end = stream.indexOf('\r\n\r\n', at)
      if (end < 0) break
      const message = messageAt(stream, at, end + 4, sender)
      all.push(message)
      if (message.whole === false) break
      at += message.length
    }
    return all
  },

  write(line) {
    const [, method, target, body] = /^([A-Z]+) (\S+)(?: (.+))?$/.exec(line.trim()) ?? []
    if (method === undefined)
      throw new Error(
        'Type a method and a target, such as "GET /notes.txt" or "POST /echo hello". /send sends any text.',
      )
    const length = body === undefined ? '' : `Content-Length: ${Buffer.byteLength(body)}\r\n`
    return Buffer.from(`${method} ${target} HTTP/1.1\r\nHost: localhost\r\n${length}\r\n${body ?? ''}`)
  },

  lines: [
    ['GET /stream/10', 'a whole request with a Host field; also HEAD and others'],
    ['POST /echo hello', 'a request with a body and its Content-Length'],
    [
      '/send POST /echo HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n',
      'any bytes: this is the head of a chunked request',
    ],
    ['/send 5\\r\\nhello\\r\\n0\\r\\n\\r\\n', 'and these are the chunks'],
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
    fields.push({
      name,
      offset: at,
      length: line.length + 2,
      value: colon < 0 ? line : line.slice(colon + 1).trim(),
    })
    at += line.length + 2
  }
  fields.push({ name: 'end of the head', offset: bodyAt - 2, length: 2 })

  const text = lines[0] ?? ''
  const announcedIn = (name: string) => fields.find((field) => field.name.toLowerCase() === name)?.value
  const isChunked = announcedIn('transfer-encoding')?.toLowerCase() === 'chunked'
  const announced = Number(announcedIn('content-length') ?? 0) || 0
  // An answer without a body (to HEAD, 304, 100): the next one starts where its body would.
  const isBare =
    sender === 'server' &&
    (/ (1\d\d|304) /.test(text) || stream.toString('latin1', bodyAt, bodyAt + 7) === 'HTTP/1.')
  const body = isBare
    ? { fields: [], end: bodyAt, whole: true }
    : isChunked
      ? chunksAt(stream, bodyAt)
      : bytesAt(stream, bodyAt, announced)
  return {
    name: sender === 'client' ? 'request' : 'answer',
    offset: start,
    length: body.end - start,
    fields: [...fields, ...body.fields],
    text,
    whole: body.whole,
  }
}

interface Body {
  fields: Field[]
  end: number
  whole: boolean
}

function bytesAt(stream: Buffer, at: number, announced: number): Body {
  const length = Math.min(announced, stream.length - at)
  const fields = length > 0 ? [{ name: 'body', offset: at, length, value: `${length} bytes` }] : []
  return { fields, end: at + length, whole: length === announced }
}

function chunksAt(stream: Buffer, from: number): Body {
  const fields: Field[] = []
  let isOver = false
  for (let at = from; ; ) {
    const end = stream.indexOf('\r\n', at)
    if (end < 0) return { fields, end: stream.length, whole: false }
    const line = stream.toString('latin1', at, end)
    const next = end + 2
    if (isOver) {
      fields.push({
        name: line === '' ? 'end of the trailers' : 'trailer',
        offset: at,
        length: next - at,
        value: line,
      })
      if (line === '') return { fields, end: next, whole: true }
      at = next
      continue
    }
    const size = /^[\da-f]+/i.exec(line)?.[0]
    fields.push({
      name: 'chunk size',
      offset: at,
      length: next - at,
      value: size === undefined ? line : `${line} (${Number.parseInt(size, 16)} bytes)`,
    })
    if (size === undefined) return { fields, end: stream.length, whole: false }
    isOver = Number.parseInt(size, 16) === 0
    const length = Math.min(Number.parseInt(size, 16), stream.length - next)
    if (!isOver)
      fields.push({
        name: 'chunk',
        offset: next,
        length: Math.min(length + 2, stream.length - next),
        value: `${length} bytes`,
      })
    at = isOver ? next : next + length + 2
  }
}
