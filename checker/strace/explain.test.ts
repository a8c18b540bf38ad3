import { explain } from './explain.ts'
import { parseStrace } from './strace-output.ts'
import type { Happening, Trace } from './trace.ts'

const LISTENING = '18<TCP:[127.0.0.1:4000]>'
const ALICE = '19<TCP:[127.0.0.1:4000->127.0.0.1:5000]>'
const ACCEPT = `accept4(${LISTENING}, NULL, NULL, SOCK_NONBLOCK) = ${ALICE}`
const CONNECTS: Happening = { kind: 'connects', at: 0, who: 'alice', text: '127.0.0.1:5000' }

function sentences(calls: string[], happenings: Happening[] = []): string[] {
  const text = calls.map((call, i) => `1 ${i + 1}.000000 ${call} <0.000001>`).join('\n')
  const trace: Trace = {
    exercise: '03-echo',
    subject: 'server',
    file: 'server.ts',
    port: 4000,
    calls: parseStrace(text).calls,
    happenings: [CONNECTS, ...happenings],
    stdout: '',
    stderr: '',
  }
  return explain(trace)
}

const cases: [string, string[], Happening[], RegExp][] = [
  ['listen', [`listen(${LISTENING}, 511) = 0`], [], /the kernel completes handshakes by itself; up to 511/],
  ['accept', [ACCEPT], [], /^Alice's connection .* descriptor 19\. .*18 goes on listening\.$/],
  ['a FIN', [ACCEPT, `read(${ALICE}, "", 65536) = 0`], [], /^0 bytes: the FIN of alice\./],
  [
    'a partial write',
    [ACCEPT, `write(${ALICE}, "xx"..., 9000) = 5000`],
    [],
    /5,000 of 9,000 bytes .* buffer is full/,
  ],
  [
    'EAGAIN',
    [ACCEPT, `read(${ALICE}, 0x55, 65536) = -1 EAGAIN (Resource)`],
    [],
    /^EAGAIN: nothing has arrived yet/,
  ],
  [
    'ECONNRESET',
    [ACCEPT, `read(${ALICE}, 0x55, 65536) = -1 ECONNRESET (Conn)`],
    [],
    /thrown the connection away \(RST\)/,
  ],
  [
    'EADDRINUSE',
    ['bind(18<TCP:[1]>, {sin_port=htons(1)}, 16) = -1 EADDRINUSE (x)'],
    [],
    /another socket has this address/,
  ],
  [
    'close with unread bytes',
    [ACCEPT, `close(${ALICE}) = 0`],
    [{ kind: 'sends', at: 1500, who: 'alice', length: 7 }],
    /^Descriptor 19 is free again\. 7 bytes had not been read, so the kernel sends RST to alice/,
  ],
  ['close without an end', [ACCEPT, `close(${ALICE}) = 0`], [], /so this also sends the FIN to alice/],
  ['a second read of the end', [ACCEPT, ...Array(2).fill(`read(${ALICE}, "", 9) = 0`)], [], /^0 bytes again/],
  [
    'an unknown call',
    [`getsockname(${LISTENING}, 0x55) = 0`, `recvmmsg(${LISTENING}) = 0`],
    [],
    /man 2 recvmmsg/,
  ],
]

test.each(cases)('explains %s', (_, calls, happenings, sentence) => {
  const said = sentences(calls, happenings)

  expect(said.find((each) => sentence.test(each)) ?? said).toMatch(sentence)
})

test('says the reason of a kind of call once', () => {
  const write = `write(${ALICE}, "x", 1) = 1`
  const [, first, second] = sentences([ACCEPT, write, write])

  expect(first).toBe(
    'The kernel has taken 1 byte for alice. It sends them, and again if they get lost. That write has returned does not mean that they have arrived.',
  )
  expect(second).toBe('The kernel has taken 1 byte for alice.')
})

test('another process that still has the descriptor keeps the connection', () => {
  const calls = parseStrace(
    `1 1.0 ${ACCEPT} <0.1>\n1 2.0 close(${ALICE}) = 0 <0.1>\n2 3.0 read(${ALICE}, "x", 9) = 1 <0.1>`,
  ).calls
  const trace = { exercise: '', subject: 'server', file: '', port: 1, calls, happenings: [CONNECTS] } as const

  expect(explain({ ...trace, calls, happenings: [CONNECTS], stdout: '', stderr: '' })[1]).toMatch(
    /Another process has it too/,
  )
})
