import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import getPort from 'get-port'
import { Course, ECHO, SHOUT, SMALL, STUB, TINY } from '../testing/course.ts'
import { hasPty, nothingIsLeft, Screen } from '../testing/pty.ts'

/**
 * A learner's whole hour, in a course of two small exercises, with a program typing into the
 * terminal.
 */
const FILE = 'exercises/01-tiny/server.ts'
/** The keys at the bottom: once they are there, so is everything above them. */
const KEYS = 'q quit'

/** A server that never answers: a test waits until its time is up. */
const SILENT = ECHO.replace('socket.pipe(socket)', '{}')

const isPossible = hasPty()
if (!isPossible) console.warn('Skipped: the watch in a terminal needs script from util-linux.')
const inPty = isPossible ? test : test.skip

let course: Course
let screen: Screen | undefined

beforeEach(() => {
  course = new Course({ '01-tiny': TINY, '02-small': SMALL }).withChecker()
})

afterEach(async () => {
  await screen?.close()
  screen = undefined
  course.remove()
})

/** Starts a watch in a terminal; `before` sets variables for it, `after` runs when it has ended. */
function inTerminal(after = '', before = ''): Screen {
  screen = Screen.inPty(`${before}${process.execPath} ${course.main} start 01${after}`, course.root)
  return screen
}

/** Everything up to the keys, with these words on the way. */
function upToKeys(words: RegExp): RegExp {
  return new RegExp(`${words.source}.*${KEYS}`, 's')
}

inPty('goes through an hour: a mistake, its hints, the fix, the diff, and on when asked', async () => {
  const terminal = inTerminal()
  await terminal.shows(upToKeys(/01-tiny: Tiny.*checked whenever you save it/s))

  course.save(FILE, SHOUT)
  const failure = await terminal.shows(upToKeys(/01-tiny: fail, 0 of 1 test/))
  expect(failure).toContain('HELLO')
  expect(failure).toMatch(/✗ echoes a line/)

  terminal.press('h')
  await terminal.shows(upToKeys(/Hint 1 of 3\s+Look at the case\./))
  terminal.press('h')
  await terminal.shows(upToKeys(/Hint 2 of 3\s+Two\./))
  terminal.press('h')
  await terminal.shows(upToKeys(/Hint 3 of 3\s+Three\./))

  terminal.press('n')
  await terminal.shows(/01-tiny does not pass yet. Go on to 02-small\? \(y\/n\)/)
  terminal.press('n')
  await terminal.shows(upToKeys(/01-tiny: fail/))

  course.save(FILE, ECHO)
  const pass = await terminal.shows(upToKeys(/01-tiny: pass, 1 of 1 test.*Press n for 02-small/s))
  expect(pass).not.toContain('02-small: Small')

  terminal.press('?')
  await terminal.shows(upToKeys(/Ctrl-C\s+quit, at any time/))
  terminal.press('l')
  await terminal.shows(upToKeys(/01.*Tiny.*02.*Small/s))
  terminal.press('s')
  await terminal.shows(upToKeys(/socket\.pipe\(socket\)/))

  terminal.press('n')
  const next = await terminal.shows(upToKeys(/02-small: Small.*checked whenever you save it/s))
  expect(next).not.toContain('fail')

  terminal.press('q')
  expect(await terminal.exitCode()).toBe(0)
  await nothingIsLeft(course.root)
})

inPty(
  'starts anew on a save in the middle of a check, and never shows what came of the old file',
  async () => {
    course.put(FILE, SILENT)
    const terminal = inTerminal()
    await terminal.shows(/Checking/)

    course.save(FILE, ECHO)
    const seen = await terminal.shows(upToKeys(/01-tiny: pass, 1 of 1 test/))

    expect(seen).not.toContain('fail')
    terminal.press('q')
    expect(await terminal.exitCode()).toBe(0)
    await nothingIsLeft(course.root)
  },
)

inPty('says which test runs, and for how long, once that takes a while', async () => {
  course.put(FILE, SILENT)
  const terminal = inTerminal()

  await terminal.shows(/ … echoes a line {2}\d+\.\d s/)
  await terminal.shows(upToKeys(/01-tiny: fail/))

  terminal.press('q')
  expect(await terminal.exitCode()).toBe(0)
})

inPty('opens the lesson, plays, and goes back to the failure that it names keys for', async () => {
  course.put(FILE, SHOUT)
  const port = await getPort({ host: '127.0.0.1' })
  const terminal = inTerminal('', `VISUAL= EDITOR= PAGER=cat npm_config_port=${port} `)
  const failure = await terminal.shows(upToKeys(/01-tiny: fail/))
  expect(failure).toMatch(/Next:\s+h {2}a hint.*p {2}talk/s)
  expect(failure).not.toContain('npm run')

  terminal.press('o')
  await terminal.shows(upToKeys(/# 01 Tiny.*01-tiny: fail/s))

  terminal.press('p')
  await terminal.shows(/listens on .*> /s)
  terminal.press('/quit\r')
  await terminal.shows(upToKeys(/01-tiny: fail/))

  terminal.press('q')
  expect(await terminal.exitCode()).toBe(0)
  await nothingIsLeft(course.root)
})

inPty('shows the system calls until a key is pressed', async () => {
  course.put(FILE, SHOUT)
  const terminal = inTerminal()
  await terminal.shows(upToKeys(/01-tiny: fail/))

  terminal.press('y')
  expect(await terminal.shows(/Any key goes back\./)).not.toContain(KEYS)
  terminal.press('n')
  await terminal.shows(upToKeys(/01-tiny: fail/))

  terminal.press('q')
  expect(await terminal.exitCode()).toBe(0)
  await nothingIsLeft(course.root)
})

inPty('offers the editors that are there where none is named', async () => {
  course.put(FILE, SHOUT)
  course.put('bin/vi', '#!/bin/sh\necho "Editing $1"')
  chmodSync(join(course.root, 'bin/vi'), 0o755)
  const terminal = inTerminal('', `VISUAL= EDITOR= PATH=${course.root}/bin:/nowhere `)
  await terminal.shows(upToKeys(/01-tiny: fail/))

  terminal.press('e')
  await terminal.shows(/Which editor\? 1 vi /)
  terminal.press('1')
  expect(await terminal.shows(/Editing \S+\.ts/)).toContain(FILE)
  await terminal.shows(upToKeys(/01-tiny: fail/))

  terminal.press('q')
  expect(await terminal.exitCode()).toBe(0)
})

inPty('asks before it puts the stub back, and keeps the file', async () => {
  course.put(FILE, SHOUT)
  const terminal = inTerminal()
  await terminal.shows(upToKeys(/01-tiny: fail/))

  terminal.press('x')
  await terminal.shows(/Replace your file with the stub of 01-tiny.*\(y\/n\)/s)
  terminal.press('y')
  const said = await terminal.shows(upToKeys(/Your file is kept: \S+/))

  const kept = /kept: (\S+)/.exec(said)?.[1] ?? ''
  expect(course.read(kept)).toBe(SHOUT)
  expect(course.read(FILE)).toBe(STUB)
})

inPty(
  'checks again, writes the page, and gives the terminal to an editor, whose save is checked',
  async () => {
    course.put(FILE, SHOUT)
    course.put('right.ts', ECHO)
    // The name of the file marks it as an editor for the terminal.
    const editor = join(course.root, 'vi')
    course.put('vi', `#!/bin/sh\necho "Editing $1"; read line; cp "${course.root}/right.ts" "$1"`)
    chmodSync(editor, 0o755)
    // No test opens a browser: `true` stands in for it.
    const terminal = inTerminal('', `BROWSER=true VISUAL=${editor} `)
    await terminal.shows(upToKeys(/01-tiny: fail/))

    terminal.press('r')
    await terminal.shows(upToKeys(/Checking.*01-tiny: fail/s))

    terminal.press('w')
    await terminal.shows(upToKeys(/\.workshop\/wire\/01-tiny\.html/))
    expect(course.read('.workshop/wire/01-tiny.html')).toContain('HELLO')

    terminal.press('e')
    expect(await terminal.shows(/Editing \S+\.ts/)).toContain(FILE)
    // This is one of the watch's keys, but here the editor reads it as a line.
    terminal.press('q\r')
    await terminal.shows(upToKeys(/01-tiny: pass, 1 of 1 test/))

    terminal.press('q')
    expect(await terminal.exitCode()).toBe(0)
    await nothingIsLeft(course.root)
  },
)

inPty('gives the terminal back on Ctrl-C during a check, and leaves no process', async () => {
  course.put(FILE, SHOUT)
  const terminal = inTerminal('; echo "code $?"; stty -a')
  await terminal.shows(/Checking/)

  terminal.press('\x03')

  const shell = await terminal.shows(/code \d+.*echo\b/s)
  expect(shell).toContain('code 130')
  expect(shell).toMatch(/ icanon /)
  expect(shell).toMatch(/ echo /)
  await terminal.exitCode()
  await nothingIsLeft(course.root)
})

inPty.each([
  ['a hint', 'h', /Hint 1 of 3/],
  ['a question', 'd', /Look at the solution.*\(y\/n\)/s],
  ['the diff', 'dy', /\+.*socket\.pipe/],
])('ends on Ctrl-C in %s, and leaves no process', async (_, keys, words) => {
  course.put(FILE, SHOUT)
  const terminal = inTerminal('; echo "code $?"')
  await terminal.shows(upToKeys(/01-tiny: fail/))
  for (const key of keys) terminal.press(key)
  await terminal.shows(words)

  terminal.press('\x03')

  await terminal.shows(/code 130/)
  await terminal.exitCode()
  await nothingIsLeft(course.root)
})

inPty('leaves no process when its terminal is closed', async () => {
  course.put(FILE, SHOUT)
  const terminal = inTerminal()
  await terminal.shows(upToKeys(/01-tiny: fail/))

  await terminal.close()

  await nothingIsLeft(course.root)
})

test('prints plain lines where there is no terminal', async () => {
  screen = new Screen(process.execPath, [course.main, 'start', '1'], course.root)
  const first = await screen.shows(/checked whenever you save it/)
  expect(first).not.toContain(KEYS)

  course.save(FILE, SHOUT)
  await screen.shows(/FAIL {2}echoes a line.*01-tiny: fail/s)
  course.save(FILE, ECHO)
  await screen.shows(/ok {4}echoes a line.*01-tiny: pass/s)

  screen.signal('SIGINT')
  expect(await screen.exitCode()).toBe(130)
  await nothingIsLeft(course.root)
})
