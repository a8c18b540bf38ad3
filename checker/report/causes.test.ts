import type { ConversationEvent } from '../harness/conversation.ts'
import type { Failure } from '../harness/failure.ts'
import type { TestResult } from '../judge/verdict.ts'
import type { Exit } from '../program/exit.ts'
import { likelyCause } from './causes.ts'

/** The evidence decides which cause is shown; if it fits two, the narrower one is. */
test('an exit of a server is another thing than one of a client', () => {
  const exit = { code: 0, signal: null }

  expect(causeOf({ code: 'exited', exit, message: 'The server should …' })).toContain('listening socket')
  expect(causeOf({ code: 'exited', exit, message: 'The client should …' })).toContain('process.exit()')
})

test('a port with its bytes in the other order is recognised', () => {
  const conversation = [event('start', { text: '21835' })]
  const on = (port: number) =>
    causeOf({ code: 'wrong-port', message: `but listens on 127.0.0.2:${port}.`, conversation })

  expect(on(19285)).toContain('htons()')
  expect(on(3000)).toContain('process.env.PORT')
})

test('a reset of a client that has sent is another thing than one of a client that has not', () => {
  const reset = (conversation: ConversationEvent[]) =>
    causeOf({ code: 'reset', conversation, failure: { code: 'reset', message: '', peer: 'alice' } })

  expect(reset([event('connect', { peer: 'alice' })])).toContain('wait to be accepted')
  expect(reset([event('sent', { peer: 'alice' })])).toContain('unread bytes')
})

test("an end right behind the client's is recognised, and no other end", () => {
  const ended = (...kinds: ConversationEvent['kind'][]) =>
    causeOf({
      code: 'ended',
      message: 'The server should …',
      conversation: kinds.map((kind) => event(kind, { peer: 'alice' })),
      failure: { code: 'ended', message: '', peer: 'alice' },
    })

  expect(ended('sent', 'fin-sent', 'fin')).toContain('allowHalfOpen')
  expect(ended('sent', 'fin-sent', 'received', 'fin')).toBeUndefined()
  expect(ended('sent', 'fin')).toBeUndefined()
})

test('an end that cuts off a slow reader is recognised', () => {
  const ended = (...kinds: ConversationEvent['kind'][]) =>
    causeOf({
      code: 'ended',
      message: 'The server should …',
      conversation: kinds.map((kind) => event(kind, { peer: 'alice' })),
      failure: { code: 'ended', message: '', peer: 'alice' },
    })

  expect(ended('pause', 'sent', 'fin-sent', 'resume', 'received', 'fin')).toContain('for await')
  expect(ended('sent', 'fin-sent', 'received', 'fin')).toBeUndefined()
})

test('a number that is read where nothing is is recognised', () => {
  const stderr =
    'RangeError [ERR_BUFFER_OUT_OF_BOUNDS]: …\n    at Buffer.readUInt32BE (node:internal/buffer:311:5)'
  const write = stderr.replace('read', 'write')

  expect(causeOf({ code: 'exited', stderr })).toContain('how many bytes there are')
  expect(causeOf({ code: 'exited', stderr: write })).toBeUndefined()
})

test('an exit after the program had listened is another thing than one before', () => {
  const exit = { code: 0, signal: null }
  const causeAfter = (...kinds: ConversationEvent['kind'][]) =>
    causeOf({
      code: 'exited',
      exit,
      message: 'The server should …',
      conversation: kinds.map((kind) => event(kind)),
    })

  expect(causeAfter('start')).toContain('is listen() called')
  expect(causeAfter('start', 'ready')).toContain('process.exit() ends a process at once')
})

test.each([
  [
    "Error: connect ECONNREFUSED\nEmitted 'error' event …\n      throw er; // Unhandled 'error' event\n",
    '',
    "Listen for 'error'",
  ],
  ['Error: connect ECONNREFUSED\n    at TCPConnectWrap', '', 'error.message'],
  ['Error: of mine\n    at main\n\nNode.js v20.20.2\n', '', undefined],
])('a stack trace is of a missing listener, or printed: %j', (stderr, stdout, words) => {
  const message = 'The client should say why it exits in one line on stderr, but it printed a stack trace.'
  const cause = causeOf({ code: 'stderr', message, stderr, stdout })

  if (words === undefined) expect(cause).toBeUndefined()
  else expect(cause).toContain(words)
})

test('a complaint on stdout is recognised, and silence is not one', () => {
  const message = 'The client should say why it exits in one line on stderr, but it printed nothing there.'

  expect(causeOf({ code: 'stderr', message, stdout: 'port 1 is in use\n' })).toContain('console.error')
  expect(causeOf({ code: 'stderr', message })).toBeUndefined()
})

test.each([
  [{ signal: 'SIGABRT', code: null }, '', 'native code'],
  [{ signal: 'SIGABRT', code: null }, 'FATAL ERROR: … JavaScript heap out of memory', 'memory was full'],
  [{ signal: null, code: 1 }, 'LibcError: accept: EINVAL, invalid argument', 'listen()'],
  [{ signal: null, code: 1 }, 'LibcError: accept: EBADF, bad file descriptor', 'has been closed'],
])('the end by %j is recognised', (exit, stderr, words) => {
  expect(causeOf({ code: 'exited', exit: exit as Exit, stderr })).toContain(words)
})

test('bytes of a new buffer are recognised, and zeros that were due are not', () => {
  const came = (expected: Buffer, actual: Buffer, about: Partial<Failure> = {}) => {
    const base64 = (bytes: Buffer) => bytes.toString('base64')
    const failure: Failure = {
      code: 'wrong-bytes',
      message: '',
      offset: 0,
      ...about,
      expected: base64(expected),
      actual: base64(actual),
    }
    return causeOf({ code: 'wrong-bytes', failure })
  }
  const text = Buffer.from('sixteen letters..')
  const zeros = Buffer.alloc(32)

  expect(came(text, zeros)).toContain('send these, not the whole buffer')
  expect(came(zeros, Buffer.concat([zeros.subarray(0, 31), text]))).toBeUndefined()
  expect(came(text, text, { nearMiss: 'skipped', offset: 65_536 })).toContain('Bytes are missing')
  expect(came(text, text, { nearMiss: 'skipped', offset: 6 })).toBeUndefined()
})

test('white space is laid to trim() at the edges of a line only', () => {
  const trimmed = (expected: string, offset: number) =>
    causeOf({
      code: 'wrong-bytes',
      failure: { code: 'wrong-bytes', message: '', expected: base64(expected), offset, nearMiss: 'trimmed' },
    })

  expect(trimmed(' hello\n', 0)).toContain('trim()')
  expect(trimmed('hello \n', 5)).toContain('trim()')
  expect(trimmed('hello\n', 5)).toContain('trim()')
  expect(trimmed('carol, alice\n', 6)).toBeUndefined()
})

test('all that was sent before, with what was due behind it, is sent twice', () => {
  const failure: Failure = {
    code: 'wrong-bytes',
    message: '',
    peer: 'alice',
    position: 1,
    offset: 0,
    window: 0,
    expected: Buffer.from('i').toString('base64'),
    actual: Buffer.from('hi').toString('base64'),
  }
  const received = (text: string) =>
    event('received', { peer: 'alice', bytes: Buffer.from(text).toString('base64'), length: text.length })

  expect(causeOf({ failure, conversation: [received('h'), received('hi')] })).toContain('sent twice')
  expect(causeOf({ failure, conversation: [received('k'), received('hi')] })).toBeUndefined()
})

test('a client that waits for another is recognised, and one that was there first is not', () => {
  const silent = (peer: string, ...who: [ConversationEvent['kind'], string][]) =>
    causeOf({
      code: 'silent',
      failure: { code: 'silent', message: '', peer, expected: base64('i am here\n'), offset: 0 },
      conversation: who.map(([kind, name]) =>
        event(kind, { peer: name, ...(kind === 'sent' && { bytes: base64('i am here\n') }) }),
      ),
    })
  const both: [ConversationEvent['kind'], string][] = [
    ['connect', 'alice'],
    ['connect', 'bob'],
  ]

  expect(silent('bob', ...both, ['sent', 'alice'], ['received', 'alice'], ['sent', 'bob'])).toContain(
    'all the others',
  )
  expect(silent('bob', ...both, ['sent', 'bob'])).toContain('all the others')
  expect(silent('bob', ...both)).toBeUndefined()
  expect(silent('alice', ...both, ['sent', 'alice'])).toBeUndefined()
  expect(silent('bob', ...both, ['sent', 'alice'], ['sent', 'bob'])).toBeUndefined()
  expect(silent('bob', ...both, ['fin', 'alice'], ['sent', 'bob'])).toBeUndefined()
})

test('what somebody left in a store is not a shared variable', () => {
  const foreign = (...kinds: ConversationEvent['kind'][]) =>
    causeOf({
      code: 'foreign-bytes',
      message: 'The server should …, but at byte 19 it sent "world", which dave had sent.',
      conversation: kinds.map((kind) => event(kind, { peer: 'dave' })),
    })

  expect(foreign('connect', 'sent')).toContain('shared by all of them')
  expect(foreign('connect', 'sent', 'fin-sent', 'fin')).toBeUndefined()
})

test('an end that the program made itself is not laid to allowHalfOpen', () => {
  const result: TestResult = {
    ...EMPTY,
    code: 'ended',
    message: 'The server should …',
    failure: { code: 'ended', message: '', peer: 'alice' },
    conversation: ['sent', 'fin-sent', 'fin'].map((kind) =>
      event(kind as ConversationEvent['kind'], { peer: 'alice' }),
    ),
  }

  expect(likelyCause(result, 'createServer({ allowHalfOpen: true }, async (socket) => {')).toContain(
    'for await',
  )
  expect(likelyCause(result, 'createServer(async (socket) => {')).toContain('unless allowHalfOpen is true')
})

test.each([
  ['not-ended', 'A connection stays open', [event('sent', { peer: 'alice' })]],
  ['not-ended', 'The client has sent its FIN', [event('fin-sent', { peer: 'alice' })]],
  ['not-ended', 'The input has ended', [event('fin-sent', { peer: 'stdin' })]],
])('a missing end: %s, %s', (code, words, conversation) => {
  const failure: Failure = { code: 'not-ended', message: '', peer: 'alice' }

  expect(causeOf({ code, conversation, failure, message: 'The server should …' })).toContain(words)
})

test.each([
  [
    'refused',
    'The server should accept it, but nobody listens there any more (connection refused).',
    'server.close()',
  ],
  [
    'not-ended',
    'The server should hang up on alice within 1.4 s, whatever alice sends, but it went on reading.',
    'destroy() ends it',
  ],
  ['cpu', 'The server should …, but 6 times the work took it 34 times the CPU time.', 'Buffer.concat'],
  [
    'memory',
    'The server should stay within 208 MiB of the 46 MiB that it used at first, but it grew to 255 MiB after its clients had sent 212 MiB and received 60 bytes.',
    'by as much as its clients had sent',
  ],
  [
    'memory',
    'The server should stay within 400 MiB of the 46 MiB that it used at first, but it grew to 447 MiB after its clients had sent 550 bytes and received 486 bytes.',
    undefined,
  ],
  [
    'memory',
    'The server should drop dave before 16 MiB wait for it, but its connection is still open: 20.5 MiB have been said',
    'writableLength',
  ],
  ['exit-code', 'The server should exit with code 1, but it exited with code 0.', 'process.exitCode'],
])('%s: %s', (code, message, words) => {
  const cause = causeOf({ code, message, exit: { code: 0, signal: null } })

  if (words === undefined) expect(cause).toBeUndefined()
  else expect(cause).toContain(words)
})

test('a process that does not wait for its reader is another thing than a timer that is left', () => {
  const grew =
    'The server should stay within 96 MiB of the 46 MiB that it used at first, but it grew to 150 MiB after its clients had sent 12 bytes and received 4 MiB.'
  const conversation = [event('pause', { peer: 'alice' })]

  expect(causeOf({ code: 'memory', message: grew, conversation })).toContain("go on at 'drain'")
  expect(causeOf({ code: 'memory', message: grew })).toBeUndefined()
  expect(
    causeOf({ code: 'no-rest', message: 'The server should rest while alice does not read, but …' }),
  ).toContain('setImmediate()')
  expect(causeOf({ code: 'no-rest', message: 'The server should rest now that …' })).toContain(
    'clearInterval',
  )
})

const EMPTY: TestResult = {
  title: 'test',
  verdict: 'fail',
  ms: 1,
  conversation: [],
  stdout: '',
  stderr: '',
}

function causeOf(result: Partial<TestResult>): string | undefined {
  return likelyCause({ ...EMPTY, ...result })
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

function event(kind: ConversationEvent['kind'], about: Partial<ConversationEvent> = {}): ConversationEvent {
  return { at: 0, kind, ...about }
}
