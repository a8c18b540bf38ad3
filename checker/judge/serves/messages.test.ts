import type { Messages } from '../../harness/messages.ts'
import { event, testResult } from '../../testing/samples.ts'
import { decode } from './messages.ts'

/** Each message is a length and this many bytes. */
const messages: Messages = {
  read(stream) {
    const all = []
    for (let at = 0; at < stream.length; at += 1 + (stream[at] ?? 0)) {
      const length = 1 + (stream[at] ?? 0)
      const text = stream.subarray(at + 1, at + length)
      const fields = [
        { name: 'length', offset: at, length: 1, value: `${length - 1}` },
        { name: 'text', offset: at + 1, length: text.length, value: `"${text}"` },
      ]
      all.push({ name: 'say', offset: at, length, fields, whole: text.length === length - 1 })
    }
    return all
  },
}

const connect = event(0, 'connect', { peer: 'alice', text: '127.0.0.1:40001' })

test('names a message in the event in which its last byte came', () => {
  const { conversation } = decode(
    testResult({
      conversation: [
        connect,
        event(1, 'sent', { peer: 'alice', says: '\x02hi\x03y' }),
        event(2, 'sent', { peer: 'alice', says: 'ou' }),
        event(3, 'received', { peer: 'alice', says: '\x02ok' }),
      ],
    }),
    messages,
    'server',
  )

  expect(conversation.map((each) => each.messages)).toEqual([
    undefined,
    ['say 2 "hi"'],
    ['say 3 "you"'],
    ['say 2 "ok"'],
  ])
})

test('names nothing behind bytes that were not kept', () => {
  const cut = { ...event(1, 'sent', { peer: 'alice', says: '\x02hi' }), length: 5000 }
  const { conversation } = decode(
    testResult({ conversation: [connect, cut, event(2, 'sent', { peer: 'alice', says: '\x02hi' })] }),
    messages,
    'server',
  )

  expect(conversation.map((each) => each.messages)).toEqual([undefined, ['say 2 "hi"'], undefined])
})

test('shows the field in which a failure shows, with what it should be', () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const { decoded } = decode(
    testResult({
      conversation: [connect, event(1, 'received', { peer: 'alice', says: '\x02ok\x03yes' })],
      failure: {
        code: 'wrong-bytes',
        message: '',
        peer: 'alice',
        expected: base64('\x03yet'),
        actual: base64('\x03yes'),
        offset: 3,
        window: 0,
        position: 6,
      },
    }),
    messages,
    'server',
  )

  expect(decoded).toEqual({
    name: 'say',
    fields: [
      { name: 'length', depth: 0, bytes: base64('\x03'), length: 1, value: '3' },
      {
        name: 'text',
        depth: 0,
        bytes: base64('yes'),
        length: 3,
        value: '"yes"',
        expected: '"yet"',
        wrong: true,
      },
    ],
  })
})
