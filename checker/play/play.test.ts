import net, { type AddressInfo } from 'node:net'
import getPort from 'get-port'
import { Course, ECHO, SMALL, TINY } from '../testing/course.ts'
import { hasPty, nothingIsLeft, Screen } from '../testing/pty.ts'

const FILE = 'exercises/01-tiny/server.ts'
const STUBBORN = `process.on('SIGTERM', () => {})\n${ECHO}`
const CLIENT = `import net from 'node:net'\n
const socket = net.connect({ port: Number(process.env.PORT), host: process.env.HOST, allowHalfOpen: true })
process.stdin.pipe(socket).pipe(process.stdout)\n`

const GAME = `export class Game {
  constructor(stage) {
    this.stage = stage
    stage.show(['a game on ' + stage.port])
  }
  key(name) {
    if (name === 'q') this.stage.leave()
    else this.stage.show(['key ' + name])
  }
  notice(text) {
    if (text !== '') this.stage.show([text])
  }
  close() {}
}\n`

const isPossible = hasPty()
if (!isPossible) console.warn('Skipped: play in a terminal needs script from util-linux.')
const inPty = isPossible ? test : test.skip

let course: Course
let screen: Screen | undefined
let port: number

beforeEach(async () => {
  course = new Course({ '01-tiny': TINY, '02-small': SMALL }).withChecker()
  course.put(FILE, ECHO)
  port = await getPort({ host: '127.0.0.1' })
})

afterEach(async () => {
  await screen?.close()
  screen = undefined
  course.remove()
})

function inTerminal(exercise = '01', flags = '', environment = ''): Screen {
  const after = '; echo "code $?"; stty -a'
  const command = `${environment} INIT_CWD=${course.root} ${process.execPath} ${course.main} play ${exercise} --port ${port} ${flags}${after}`
  screen = Screen.inPty(command, course.root)
  return screen
}

inPty('is a client of the server: sends, half-closes, is two, starts the server again', async () => {
  const terminal = inTerminal()
  await terminal.shows(/your server on 127\.0\.0\.1.*nc 127\.0\.0\.1 \d+.*listens on/s)

  terminal.press('hi\\0\\xff\r')
  await terminal.shows(
    /alice {2}──▶ connects.*──▶ "hi\\0\\xFF\\n" {2}5 bytes.*◀── "hi\\0\\xFF\\n" {2}5 bytes/s,
  )
  terminal.press('/client\r')
  await terminal.shows(/bob {4}──▶ connects.*bob> /s)
  terminal.press('\x04')
  await terminal.shows(/bob {4}──▶ FIN.*bob {4}◀── FIN.*connection over/s)
  terminal.press('\x14')
  await terminal.shows(/shown in hex/)
  terminal.press('/bytes 00 01\r')
  await terminal.shows(/bob {4}◀── {4}0 00 01/)

  course.save(FILE, `${ECHO}\n`)
  await terminal.shows(/saved, restarted.*listens on/s)
  terminal.press('/client alice\r')
  await terminal.shows(/alice> /)
  // The server has no 'error' listener.
  terminal.press('\x12')
  await terminal.shows(/alice {2}──▶ RST.*ECONNRESET.*exited with code 1.*restarts when you save/s)

  course.save(FILE, 'let x =')
  await terminal.shows(/does not compile.*server\.ts:1/s)
  course.save(FILE, ECHO)
  await terminal.shows(/listens on/)
  terminal.press('/quit\r')
  await terminal.shows(/code 0/)
  await nothingIsLeft(course.root)
})

inPty('plays with a command, from where it was typed', async () => {
  course.put(
    'echo.cjs',
    ECHO.replace("import { createServer } from 'node:net'", "const { createServer } = require('node:net')"),
  )
  const terminal = inTerminal('01', `--run "exec ${process.execPath} echo.cjs"`)
  await terminal.shows(/\/restart\s+restarts\s.*echo\.cjs.*listens on.*> /s)

  terminal.press('hi\r')
  await terminal.shows(/◀── "hi\\n" {2}3 bytes/)
  terminal.press('/restart\r')
  await terminal.shows(/restarted.*listens on.*> /s)

  terminal.press('/quit\r')
  await terminal.shows(/code 0/)
  await nothingIsLeft(course.root)
})

inPty('is one more client where the server runs in another terminal', async () => {
  const first = inTerminal()
  await first.shows(/listens on/)

  const second = inTerminal()
  try {
    await second.shows(/one more client of your server/)
    second.press('hi\r')
    await second.shows(/bob {4}──▶ connects.*bob {4}◀── "hi\\n"/s)
    second.press('/restart\r')
    await second.shows(/in the terminal in which it was started/)
    second.press('/quit\r')
    await second.shows(/code 0/)
  } finally {
    await second.close()
  }

  first.press('/quit\r')
  await first.shows(/code 0/)
  await first.close()
  await nothingIsLeft(course.root)
})

inPty('ends all on Ctrl-C, also a server that ignores SIGTERM', async () => {
  course.put(FILE, STUBBORN)
  const terminal = inTerminal()
  await terminal.shows(/listens on/)
  terminal.press('half a li')

  terminal.press('\x03')

  const shell = await terminal.shows(/code \d+.*echo\b/s)
  expect(shell).toContain('code 130')
  expect(shell).toMatch(/ icanon /)
  expect(shell).toMatch(/ echo /)
  await terminal.exitCode()
  await nothingIsLeft(course.root)
})

inPty('is the server of a client', async () => {
  course.put('exercises/03-call/README.md', '# 03 Call\n\n> Part 1: One\n')
  course.put('exercises/03-call/client.ts', CLIENT)
  course.put('exercises/03-call/.hidden/client.ts.txt', CLIENT)
  const terminal = inTerminal('03')
  await terminal.shows(/for your client.*server ◀── connects.*server> /s)

  terminal.press('good morning\r')
  await terminal.shows(/server ──▶ "good morning\\n".*client out good morning/s)
  terminal.press('/type from stdin\r')
  await terminal.shows(/server ◀── "from stdin\\n"/)
  terminal.press('/eof\r')
  await terminal.shows(/server ◀── FIN/)
  terminal.press('/end\r')
  await terminal.shows(/exited with code 0/)

  terminal.press('\x03')
  await terminal.shows(/code 130/)
  await terminal.exitCode()
  await nothingIsLeft(course.root)
})

inPty('names a port that is taken, and another one', async () => {
  const other = net.createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  port = (other.address() as AddressInfo).port

  try {
    await inTerminal().shows(/belongs to another program.*--\s+--port \d+.*code 2/s)
  } finally {
    other.close()
  }
})

inPty('gives the terminal to the game of an exercise that has one', async () => {
  course.put('exercises/01-tiny/.hidden/play.ts', GAME)
  const terminal = inTerminal('01', '', 'NO_COLOR=')
  await terminal.shows(/a game on \d+/)

  terminal.press('x')
  await terminal.shows(/key x/)
  course.save(FILE, 'let x =')
  await terminal.shows(/It does not compile/)
  terminal.press('q')
  const shell = await terminal.shows(/code 0.*echo\b/s)

  expect(shell).toMatch(/ icanon /)
  await terminal.exitCode()
  await nothingIsLeft(course.root)
})

test('shows only what the server prints where there is no terminal', async () => {
  course.put(FILE, `console.log('awake')\n${ECHO}`)
  screen = new Screen(process.execPath, [course.main, 'play', '1', '--port', `${port}`], course.root)
  const said = await screen.shows(/PORT=\d+\. Ctrl-C quits\..*awake/s)
  expect(said).not.toContain('/help')

  screen.signal('SIGTERM')
  expect(await screen.exitCode()).toBe(130)
  await nothingIsLeft(course.root)
})
