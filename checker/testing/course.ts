import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/**
 * An exercise: its files by path, below `exercises/` and `solutions/`, without the folder's name;
 * undefined for a file that is missing.
 */
export type ExerciseFiles = Readonly<Record<string, string | undefined>>

const LISTEN = 'listen(Number(process.env.PORT), process.env.HOST)'
/** A mistake. */
export const SHOUT = `import { createServer } from 'node:net'\n
createServer((socket) => {
  socket.on('data', (chunk) => socket.write(chunk.toString().toUpperCase()))
}).${LISTEN}\n`
/** The same, with what verify wants to know about it. */
export const MISTAKE = `// Shouts.\n//\n// fails: echoes a line\n// says: but sent "HELLO\n\n${SHOUT}`
/** A right server. */
export const ECHO = `import { createServer } from 'node:net'\n\ncreateServer((socket) => socket.pipe(socket)).${LISTEN}\n`
/** Ends each connection at once, so that no client waits for an answer. */
export const STUB = `import { createServer } from 'node:net'\n\n// TODO: answer\ncreateServer((socket) => socket.end()).${LISTEN}\n`
export const TEST = `import { startServer } from '#harness'\n
test('echoes a line', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')\n
  await alice.send('hello\\n')\n
  await alice.expect('hello\\n')
})\n`

export const HINTS = '## echoes a line\n\n1. Look at the case.\n2. Two.\n3. Three.\n'

/** A whole exercise, as small as one can be. */
export const TINY: ExerciseFiles = {
  'exercises/README.md': '# 01 Tiny\n\n> Part 1: One\n',
  'exercises/server.ts': STUB,
  'exercises/hints.md': HINTS,
  'exercises/.hidden/tiny.test.ts': TEST,
  'exercises/.hidden/server.ts.txt': STUB,
  'solutions/README.md': '# Why\n',
  'solutions/server.ts': ECHO,
  'solutions/mistakes/shouts.ts': MISTAKE,
  'solutions/alternatives/same.ts': ECHO,
}

/** The same with another title. */
export const SMALL: ExerciseFiles = { ...TINY, 'exercises/README.md': '# 02 Small\n\n> Part 1: One\n' }

/** What an exercise of the real course ships, with other hidden tests. */
export function likeExercise(name: string, tests: string): ExerciseFiles {
  const shipped = readdirSync(join(root, 'exercises', name), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join('exercises', name, entry.name))
  const paths = [
    ...shipped,
    join('exercises', name, '.hidden', 'server.ts.txt'),
    join('solutions', name, 'server.ts'),
  ]
  const files = paths.map((path) => [path.replace(`/${name}/`, '/'), readFileSync(join(root, path), 'utf8')])
  return { ...Object.fromEntries(files), 'exercises/.hidden/like.test.ts': tests }
}

/** The checker's commands, in a course that has the checker. */
export const MAIN = 'checker/dist/main.js'

/** A course in its own folder, for tests. The caller removes it. */
export class Course {
  readonly root: string
  /** The whole path of `MAIN`. */
  readonly main: string

  /** Its exercises, by the names of their folders. */
  constructor(
    exercises: Readonly<Record<string, ExerciseFiles>>,
    folder = mkdtempSync(join(tmpdir(), 'accept-loop-')),
  ) {
    this.root = folder
    this.main = join(folder, MAIN)
    for (const [name, files] of Object.entries(exercises))
      for (const [path, text] of Object.entries(files))
        if (text !== undefined) this.put(path.replace('/', `/${name}/`), text)
  }

  /** Adds the checker, as it is built. */
  withChecker(): this {
    for (const path of ['checker/dist', 'package.json', 'tsconfig.json']) this.copy(path)
    symlinkSync(join(root, 'node_modules'), join(this.root, 'node_modules'))
    return this
  }

  /** Copies a file or a folder from the real course. */
  copy(path: string): void {
    cpSync(join(root, path), join(this.root, path), { recursive: true })
  }

  put(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true })
    writeFileSync(join(this.root, path), text)
  }

  /** Saves a file as many editors do: writes another file, then renames it. */
  save(path: string, text: string): void {
    this.put(`${path}.swp`, text)
    renameSync(join(this.root, `${path}.swp`), join(this.root, path))
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8')
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}
