import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
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
import { setTimeout as sleep } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'

/** A whole hour of a learner's, in a course of two small exercises and a terminal that a program types into. */
const root = resolve(import.meta.dirname, '../..')

const LISTEN = 'listen(Number(process.env.PORT), process.env.HOST)'
const SHOUT = `import { createServer } from 'node:net'\n
createServer((socket) => {
  socket.on('data', (chunk) => socket.write(chunk.toString().toUpperCase()))
}).${LISTEN}\n`
const ECHO = `import { createServer } from 'node:net'\n\ncreateServer((socket) => socket.pipe(socket)).${LISTEN}\n`
const STUB = `import { createServer } from 'node:net'\n\n// TODO: answer\ncreateServer().${LISTEN}\n`
const TEST = `import { startServer } from '#harness'\n
test('echoes a line', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')\n
  await alice.send('hello\\n')\n
  await alice.expect('hello\\n')
})\n`
const POLL_MS = 25

const hasScript = isUtilLinux()
if (!hasScript) console.warn('Skipped: the watch in a terminal needs script from util-linux.')

let copy: string
let screen: Screen | undefined

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'accept-loop-'))
  cpSync(join(root, 'checker/dist'), join(copy, 'checker/dist'), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  symlinkSync(join(root, 'tsconfig.json'), join(copy, 'tsconfig.json'))
  writeFileSync(join(copy, 'package.json'), '{ "type": "module" }')
  for (const name of ['01-tiny', '02-small']) {
    put(`exercises/${name}/README.md`, `# ${name.slice(0, 2)} ${name.slice(3)}\n\n> Part 1: One\n`)
    put(`exercises/${name}/server.ts`, STUB)
    put(`exercises/${name}/hints.md`, '## echoes a line\n\n1. Look at the case.\n2. Two.\n3. Three.\n')
    put(`exercises/${name}/.hidden/tiny.test.ts`, TEST)
    put(`exercises/${name}/.hidden/server.ts.txt`, STUB)
    put(`solutions/${name}/server.ts`, ECHO)
  }
})

afterEach(async () => {
  await screen?.close()
  screen = undefined
  rmSync(copy, { recursive: true, force: true })
})

function put(path: string, text: string): void {
  mkdirSync(dirname(join(copy, path)), { recursive: true })
  writeFileSync(join(copy, path), text)
}

/** Saves as many editors do: written aside, then renamed. */
function save(text: string): void {
  put('exercises/01-tiny/.server.ts.swp', text)
  renameSync(join(copy, 'exercises/01-tiny/.server.ts.swp'), join(copy, 'exercises/01-tiny/server.ts'))
}

/** A command, what it shows, and the keys to it. */
class Screen {
  readonly #process: ChildProcess
  readonly #ended: Promise<number | null>
  #text = ''
  #read = 0

  constructor(command: string, args: readonly string[]) {
    this.#process = spawn(command, args, { cwd: copy, env: { ...process.env, TERM: 'xterm', NO_COLOR: '1' } })
    this.#process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#text += text
    })
    this.#ended = new Promise((resolve) => this.#process.on('close', resolve))
  }

  /** Waits for words that were not there when it was last asked. */
  async shows(words: RegExp): Promise<string> {
    for (;;) {
      const fresh = stripVTControlCharacters(this.#text.slice(this.#read))
      if (words.test(fresh)) {
        this.#read = this.#text.length
        return fresh
      }
      if (this.#process.exitCode !== null || this.#process.signalCode !== null)
        throw new Error(`It ended without ${words}:\n${this.#text}`)
      await sleep(POLL_MS)
    }
  }

  press(key: string): void {
    this.#process.stdin?.write(key)
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }

  exitCode(): Promise<number | null> {
    return this.#ended
  }

  async close(): Promise<void> {
    this.#process.kill('SIGKILL')
    await this.#ended
  }
}

const MAIN = () => join(copy, 'checker/dist/main.js')

/** In a terminal; `after` runs in it when the command has ended. */
function inTerminal(after = ''): Screen {
  screen = new Screen('script', ['-qefc', `${process.execPath} ${MAIN()} start 01${after}`, '/dev/null'])
  return screen
}

/** Waits until no process that was started in the copy of the course lives: what cleans up behind a judge outlives it a moment. */
async function nothingIsLeft(): Promise<void> {
  while (execFileSync('ps', ['-ewwo', 'args='], { encoding: 'utf8' }).includes(copy)) await sleep(POLL_MS)
}

function isUtilLinux(): boolean {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux')
  } catch {
    return false
  }
}

const inPty = hasScript ? test : test.skip

inPty('checks on save, gives a hint, passes, and goes on only when asked', async () => {
  const terminal = inTerminal()
  await terminal.shows(/01-tiny: tiny.*checked whenever you save it.*q quit/s)

  save(SHOUT)
  const failure = await terminal.shows(/01-tiny: fail, 0 of 1 test.*q quit/s)
  expect(failure).toContain('HELLO')

  terminal.press('h')
  await terminal.shows(/Hint 1 of 3\s+Look at the case\..*q quit/s)

  save(ECHO)
  const pass = await terminal.shows(/01-tiny: pass, 1 of 1 test.*The next one is 02-small.*q quit/s)
  expect(pass).not.toContain('02-small: small')

  terminal.press('n')
  const next = await terminal.shows(/02-small: small.*checked whenever you save it.*q quit/s)
  expect(next).not.toContain('fail')

  terminal.press('q')
  expect(await terminal.exitCode()).toBe(0)
  await nothingIsLeft()
})

inPty('asks before it puts the stub back, and keeps the file', async () => {
  put('exercises/01-tiny/server.ts', SHOUT)
  const terminal = inTerminal()
  await terminal.shows(/01-tiny: fail.*q quit/s)

  terminal.press('x')
  await terminal.shows(/Put the stub of 01-tiny back.*\(y\/n\)/s)
  terminal.press('y')
  const said = await terminal.shows(/Your file is kept: \S+.*q quit/s)

  const kept = /kept: (\S+)/.exec(said)?.[1] ?? ''
  expect(readFileSync(join(copy, kept), 'utf8')).toBe(SHOUT)
  expect(readFileSync(join(copy, 'exercises/01-tiny/server.ts'), 'utf8')).toBe(STUB)
})

inPty('gives the terminal back on Ctrl-C during a check, and leaves no process', async () => {
  put('exercises/01-tiny/server.ts', SHOUT)
  const terminal = inTerminal('; echo "code $?"; stty -a')
  await terminal.shows(/Checking/)

  terminal.press('\x03')

  const shell = await terminal.shows(/code \d+.*echo\b/s)
  expect(shell).toContain('code 130')
  expect(shell).toMatch(/ icanon /)
  expect(shell).toMatch(/ echo /)
  await terminal.exitCode()
  await nothingIsLeft()
})

test('prints plain lines where there is no terminal', async () => {
  screen = new Screen(process.execPath, [MAIN(), 'start', '1'])
  const first = await screen.shows(/checked whenever you save it/)
  expect(first).not.toContain('q quit')

  save(SHOUT)
  await screen.shows(/FAIL {2}echoes a line.*01-tiny: fail/s)
  save(ECHO)
  await screen.shows(/ok {4}echoes a line.*01-tiny: pass/s)

  screen.signal('SIGINT')
  expect(await screen.exitCode()).toBe(130)
  await nothingIsLeft()
})
