import { bytesIn, endsOf, toDescriptor } from './call.ts'
import { parseStrace, splitArguments } from './strace-output.ts'

/** Lines as strace 6.1 writes them. */
const LINES = `32265 1795373229.034745 accept4(19<TCP:[127.0.0.1:4567]>, NULL, NULL, SOCK_CLOEXEC|SOCK_NONBLOCK) = 20<TCP:[127.0.0.1:4567->127.0.0.1:52146]> <0.000018>
32265 1795373229.041267 read(20<TCP:[127.0.0.1:4567->127.0.0.1:52146]>, "a, \\"b\\") = 1\\303\\251\\0", 65536) = 13 <0.000015>
32265 1795373229.050000 bind(18<TCP:[10022576]>, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}, 16) = -1 EADDRINUSE (Address already in use) <0.000027>
32265 1795373229.060000 +++ exited with 1 +++`

test('reads name, arguments, result, error and times', () => {
  const { calls, endings } = parseStrace(LINES)

  expect(calls.map(({ name, args, result, error }) => [name, args.length, result, error])).toEqual([
    ['accept4', 4, '20<TCP:[127.0.0.1:4567->127.0.0.1:52146]>', undefined],
    ['read', 3, '13', undefined],
    ['bind', 3, '-1', 'EADDRINUSE'],
  ])
  expect(calls[0]?.pid).toBe(32265)
  expect((calls[0]?.returned ?? 0) - (calls[0]?.began ?? 0)).toBeCloseTo(0.018, 2)
  expect(endings).toEqual([{ pid: 32265, at: 1795373229060, text: 'exited with 1' }])
})

test('puts the two pieces of an interrupted call together, where it returned', () => {
  const { calls } = parseStrace(
    [
      '7 10.000000 read(4<TCP:[127.0.0.1:1->127.0.0.1:2]>,  <unfinished ...>',
      '8 10.100000 close(5<TCP:[99]>) = 0 <0.000010>',
      '7 10.200000 <... read resumed>"hi\\n", 4096) = 3 <0.200000>',
    ].join('\n'),
  )

  expect(calls.map(({ name }) => name)).toEqual(['close', 'read'])
  expect(calls[1]).toMatchObject({ pid: 7, began: 10_000, args: [expect.anything(), '"hi\\n"', '4096'] })
  expect(calls[1]?.returned).toBeCloseTo(10_200)
})

test('knows of a call that never returned', () => {
  const asleep = '7 10.0 accept(3<TCP:[127.0.0.1:1]>, NULL, NULL'
  const killed = `${asleep}) = ? ERESTARTSYS (To be restarted if SA_RESTART is set) <0.5>`

  for (const text of [`${asleep} <unfinished ...>`, killed]) {
    const [call] = parseStrace(text).calls
    expect(call).toMatchObject({ name: 'accept', result: '?' })
    expect(call?.returned).toBeUndefined()
  }
})

test('passes over what is no call, and a last line that was cut off', () => {
  const text = [
    'strace: Process 5 attached',
    '5 1.0 --- SIGTERM {si_signo=SIGTERM} ---',
    '5 1.0 read(3<TC',
  ].join('\n')

  expect(parseStrace(text)).toEqual({ calls: [], endings: [] })
})

test('cuts arguments at commas outside of strings and brackets', () => {
  expect(splitArguments('20<TCP:[a->b]>, [{iov_base="x, ]", iov_len=4}, {iov_base="}"}], 2')).toEqual([
    '20<TCP:[a->b]>',
    '[{iov_base="x, ]", iov_len=4}, {iov_base="}"}]',
    '2',
  ])
  expect(splitArguments('')).toEqual([])
})

test('decodes what strace escapes', () => {
  expect(bytesIn('"a\\n\\303\\251\\0001\\"\\\\\\x1b"').bytes).toEqual(Buffer.from('a\n\u00e9\x001"\\\x1b'))
  expect(bytesIn('[{iov_base="ab", iov_len=2}, {iov_base="c"..., iov_len=9}]')).toEqual({
    bytes: Buffer.from('abc'),
    cut: true,
  })
})

test('names an IPv4 client of an IPv6 socket by its own address', () => {
  const label = '4<TCPv6:[[::ffff:127.0.0.1]:80->[::ffff:127.0.0.1]:5000]>'

  expect(endsOf(toDescriptor(label))).toEqual({ local: '127.0.0.1:80', remote: '127.0.0.1:5000' })
})

test('reads descriptors and the two ends of a connection, IPv6 too', () => {
  expect(toDescriptor('20<TCP:[127.0.0.1:1->127.0.0.1:2]>')?.fd).toBe(20)
  expect(toDescriptor('-1')).toBeUndefined()
  expect(endsOf(toDescriptor('4<TCPv6:[[::1]:80->[::1]:5000]>'))).toEqual({
    local: '[::1]:80',
    remote: '[::1]:5000',
  })
})
