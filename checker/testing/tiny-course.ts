import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

const LISTEN = 'listen(Number(process.env.PORT), process.env.HOST)'
/** A mistake. */
export const SHOUT = `import { createServer } from 'node:net'\n
createServer((socket) => {
  socket.on('data', (chunk) => socket.write(chunk.toString().toUpperCase()))
}).${LISTEN}\n`
/** A right server. */
export const ECHO = `import { createServer } from 'node:net'\n\ncreateServer((socket) => socket.pipe(socket)).${LISTEN}\n`
export const STUB = `import { createServer } from 'node:net'\n\n// TODO: answer\ncreateServer().${LISTEN}\n`
const TEST = `import { startServer } from '#harness'\n
test('echoes a line', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')\n
  await alice.send('hello\\n')\n
  await alice.expect('hello\\n')
})\n`

/** A course of two small exercises in a folder of its own, for tests. */
export class TinyCourse {
  readonly folder = mkdtempSync(join(tmpdir(), 'accept-loop-'))
  /** The checker's commands. */
  readonly main = join(this.folder, 'checker/dist/main.js')

  constructor() {
    cpSync(join(root, 'checker/dist'), join(this.folder, 'checker/dist'), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'))
    symlinkSync(join(root, 'tsconfig.json'), join(this.folder, 'tsconfig.json'))
    this.put('package.json', '{ "type": "module" }')
    for (const name of ['01-tiny', '02-small']) {
      this.put(`exercises/${name}/README.md`, `# ${name.slice(0, 2)} ${name.slice(3)}\n\n> Part 1: One\n`)
      this.put(`exercises/${name}/server.ts`, STUB)
      this.put(`exercises/${name}/hints.md`, '## echoes a line\n\n1. Look at the case.\n2. Two.\n3. Three.\n')
      this.put(`exercises/${name}/.hidden/tiny.test.ts`, TEST)
      this.put(`exercises/${name}/.hidden/server.ts.txt`, STUB)
      this.put(`solutions/${name}/server.ts`, ECHO)
    }
  }

  put(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true })
    writeFileSync(join(this.folder, path), text)
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8')
  }

  /** Saves the first exercise's file as many editors do: written aside, then renamed. */
  save(text: string, file = 'exercises/01-tiny/server.ts'): void {
    this.put(`${file}.swp`, text)
    renameSync(join(this.folder, `${file}.swp`), join(this.folder, file))
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
