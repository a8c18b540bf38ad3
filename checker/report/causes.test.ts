import type { ConversationEvent } from '../harness/conversation.ts'
import type { TestResult } from '../judge/verdict.ts'
import { likelyCause } from './causes.ts'

/** Which cause is told is a matter of the evidence; where the evidence fits two, the narrower one is. */
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
  expect(reset([event('sent', { peer: 'alice' })])).toContain('bytes unread')
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

  expect(causeOf({ code: 'exited', stderr })).toContain('how many there are')
  expect(causeOf({ code: 'exited', stderr: write })).toBeUndefined()
})

function causeOf(result: Partial<TestResult>): string | undefined {
  return likelyCause({
    title: 'test',
    verdict: 'fail',
    ms: 1,
    conversation: [],
    stdout: '',
    stderr: '',
    ...result,
  })
}

function event(kind: ConversationEvent['kind'], about: Partial<ConversationEvent> = {}): ConversationEvent {
  return { at: 0, kind, ...about }
}
