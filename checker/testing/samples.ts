import type { ConversationEvent, EventKind } from '../harness/conversation.ts'
import type { TestResult, Verdict } from '../judge/verdict.ts'

/** Verdicts as a check leaves them, for the tests of pages. */

/** An event with bytes given as text. */
export function event(
  at: number,
  kind: EventKind,
  about: Partial<ConversationEvent> & { says?: string | Buffer } = {},
): ConversationEvent {
  const { says, ...rest } = about
  if (says === undefined) return { at, kind, ...rest }
  const bytes = Buffer.from(says)
  return { at, kind, length: bytes.length, bytes: bytes.toString('base64'), ...rest }
}

/** A test, passed unless stated otherwise. */
export function testResult(about: Partial<TestResult> = {}): TestResult {
  return {
    title: 'echoes a line',
    verdict: 'pass',
    ms: 14,
    conversation: [],
    stdout: '',
    stderr: '',
    ...about,
  }
}

/** A verdict on these tests. */
export function verdictOn(...tests: TestResult[]): Verdict {
  const failed = tests.some(({ verdict }) => verdict === 'fail')
  return { version: 1, exercise: '03-echo', verdict: failed ? 'fail' : 'pass', seed: 7, ms: 900, tests }
}

const OPENING = [
  event(0.1, 'start', { text: '51000' }),
  event(0.2, 'ready', { text: '127.0.0.1:51000' }),
  event(1.5, 'connect', { peer: 'alice', text: '127.0.0.1:40001' }),
]

/** alice and the server, until both have ended. */
export const passing = testResult({
  conversation: [
    ...OPENING,
    event(2, 'sent', { peer: 'alice', says: 'hello\n' }),
    event(3.4, 'received', { peer: 'alice', says: 'hello\n', reads: 1 }),
    event(3.6, 'fin-sent', { peer: 'alice' }),
    event(4, 'fin', { peer: 'alice' }),
  ],
})

/** The byte at offset 4 of what alice receives is a "0" that should be an "o". */
export const failing = testResult({
  title: 'echoes many messages',
  verdict: 'fail',
  code: 'wrong-bytes',
  message:
    'The server should send alice "hello\\n" (6 bytes), but sent "hell0\\n": byte 4 was "0" (30) instead of "o" (6F).',
  failure: {
    code: 'wrong-bytes',
    message: '',
    peer: 'alice',
    expected: Buffer.from('hello\n').toString('base64'),
    actual: Buffer.from('hell0\n').toString('base64'),
    window: 0,
    offset: 4,
    position: 8,
  },
  ms: 45,
  conversation: [
    ...OPENING,
    event(2, 'sent', { peer: 'alice', says: 'hi\n\n' }),
    event(3, 'received', { peer: 'alice', says: 'hi\n\n', reads: 2 }),
    event(4, 'sent', { peer: 'alice', says: 'hel' }),
    event(5, 'sent', { peer: 'alice', says: 'lo\n', split: true }),
    event(9, 'received', { peer: 'alice', says: 'hell0\n', reads: 1 }),
  ],
})

const HOSTILE = [
  '</script></pre></code></style><script>document.title = "pwned"</script>',
  '<img src="http://127.0.0.1:9/x" onerror="document.title = \'pwned\'"><!-- <base href="http://evil.example/">',
  '\x1b[31mred\x1b[0m\x1b]8;;http://evil.example\x07link\x1b[2J \0 \x9b31m',
  'abc\u202edcba\u202c \u2066x\u2069 \u200b \u2028 \ufeff \u{e0041} שלום Z\u0351\u036b\u0343',
  'x'.repeat(15_000),
].join('\n')

/** A program that prints and sends everything that a page should not obey. */
export const hostile = testResult({
  title: 'echoes <b>markup</b> & "quotes"',
  verdict: 'fail',
  code: 'extra-bytes',
  message:
    'The server should send alice nothing more, but sent 70 bytes more: "</script><script>alert(1)</script>".',
  failure: {
    code: 'extra-bytes',
    message: '',
    peer: 'alice',
    expected: '',
    actual: Buffer.from(HOSTILE).subarray(0, 96).toString('base64'),
    offset: 0,
    window: 0,
    position: 0,
  },
  conversation: [
    ...OPENING,
    event(2, 'stdout', {
      says: Buffer.from(HOSTILE).subarray(0, 1024),
      length: Buffer.byteLength(HOSTILE),
      tail: Buffer.alloc(64, 'x').toString('base64'),
    }),
    event(3, 'received', { peer: 'alice', says: HOSTILE.slice(0, 200), reads: 1 }),
    event(4, 'note', { text: '<script>document.title = "pwned"</script>' }),
    event(5, 'exit', { text: 'exited with code 1' }),
  ],
  stdout: HOSTILE,
  stderr: '',
})

/** The longest conversation that is ever kept, with as many bytes. */
export function longest(peers = 1): TestResult {
  const bytes = {
    says: Buffer.alloc(1024, 0xe9),
    length: 4_194_304,
    tail: Buffer.alloc(64, 0xe9).toString('base64'),
  }
  const conversation = Array.from({ length: 400 }, (_, i) =>
    event(i, i % 2 ? 'received' : 'sent', { peer: `client-${i % peers}`, ...bytes }),
  )
  return testResult({ title: 'moves many bytes', ms: 400, conversation })
}
