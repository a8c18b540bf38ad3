// Has node:http do all of it.
//
// fails: sends a file: status line, fields, empty line, bytes, FIN
// says: should do without node:http

import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'

const root = process.env.ROOT ?? '.'

createServer(async (request, response) => {
  response.setHeader('Connection', 'close')
  try {
    response.end(await readFile(join(root, new URL(request.url ?? '/', 'http://host').pathname)))
  } catch {
    response.writeHead(404).end()
  }
}).listen(Number(process.env.PORT), process.env.HOST)
