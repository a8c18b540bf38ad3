import { setTimeout as pass } from 'node:timers/promises'
import { allow, everyWay, expectSame, type Peer, random, startServer } from '#harness'

const MIB = 1024 * 1024

test('stores a value and gives it back', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()
  const first = random.line(random.int(10, 30))
  const second = random.line(random.int(31, 50))
  const flags = random.int(1, 65_535)

  await alice.send(`set ${key} 0 0 ${first.length}\r\n${first}\r\n`)
  await alice.expect('STORED\r\n')
  await alice.send(`get ${key}\r\n`)
  await alice.expect(`VALUE ${key} 0 ${first.length}\r\n`)
  await alice.expect(`${first}\r\nEND\r\n`)

  await alice.send(`set ${key} ${flags} 0 ${second.length}\r\n${second}\r\n`)
  await alice.expect('STORED\r\n')
  await alice.send(`get ${key}\r\n`)
  await alice.expect(`VALUE ${key} ${flags} ${second.length}\r\n`)
  await alice.expect(`${second}\r\nEND\r\n`)
})

test('answers only END for a key that nobody has set', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await alice.send(`get ${random.word()}\r\n`)
  await alice.expect('END\r\n')
})

test('stores values with line endings in them, and empty ones', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()
  const value = `${random.line(9)}\r\n\r\nget ${key}\r\nEND\r\n${random.line(9)}\n`

  await alice.send(`set ${key} 0 0 ${value.length}\r\n${value}\r\n`)
  await alice.expect('STORED\r\n')
  await alice.send(`get ${key}\r\n`)
  await alice.expect(`VALUE ${key} 0 ${value.length}\r\n${value}\r\nEND\r\n`)

  await alice.send(`set ${key} 0 0 0\r\n\r\n`)
  await alice.expect('STORED\r\n')
  await alice.send(`get ${key}\r\n`)
  await alice.expect(`VALUE ${key} 0 0\r\n\r\nEND\r\n`)
})

test('stores every byte value', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()
  const value = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))

  await alice.send(Buffer.concat([Buffer.from(`set ${key} 0 0 256\r\n`), value, Buffer.from('\r\n')]))
  await alice.expect('STORED\r\n')
  await alice.send(`get ${key}\r\n`)
  await alice.expect(
    Buffer.concat([Buffer.from(`VALUE ${key} 0 256\r\n`), value, Buffer.from('\r\nEND\r\n')]),
  )
})

test('gives many keys in one get and leaves out what it does not have', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const word = random.word()

  await alice.send(`set ${word}:1 0 0 3\r\none\r\n`)
  await alice.expect('STORED\r\n')
  await alice.send(`set ${word}:3 7 0 5\r\nthree\r\n`)
  await alice.expect('STORED\r\n')
  await alice.send(`get ${word}:1 ${word}:2 ${word}:3\r\n`)
  await alice.expect(`VALUE ${word}:1 0 3\r\none\r\n`)
  await alice.expect(`VALUE ${word}:3 7 5\r\nthree\r\n`)
  await alice.expect('END\r\n')
})

test('adds only what is missing and replaces only what is there', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()

  await alice.send(`replace ${key} 0 0 5\r\nearly\r\n`)
  await alice.expect('NOT_STORED\r\n')
  await alice.send(`add ${key} 1 0 5\r\nadded\r\n`)
  await alice.expect('STORED\r\n')
  await alice.send(`add ${key} 2 0 5\r\ntwice\r\n`)
  await alice.expect('NOT_STORED\r\n')
  await alice.send(`get ${key}\r\n`)
  await alice.expect(`VALUE ${key} 1 5\r\nadded\r\nEND\r\n`)
  await alice.send(`replace ${key} 3 0 8\r\nreplaced\r\n`)
  await alice.expect('STORED\r\n')
  await alice.send(`get ${key}\r\n`)
  await alice.expect(`VALUE ${key} 3 8\r\nreplaced\r\nEND\r\n`)
})

test('deletes one key, and with flush_all every key', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const word = random.word()

  await alice.send(`set ${word}:1 0 0 3\r\none\r\n`)
  await alice.expect('STORED\r\n')
  await alice.send(`set ${word}:2 0 0 3\r\ntwo\r\n`)
  await alice.expect('STORED\r\n')
  await alice.send(`delete ${word}:1\r\n`)
  await alice.expect('DELETED\r\n')
  await alice.send(`delete ${word}:1\r\n`)
  await alice.expect('NOT_FOUND\r\n')
  await alice.send(`get ${word}:1 ${word}:2\r\n`)
  await alice.expect(`VALUE ${word}:2 0 3\r\ntwo\r\nEND\r\n`)

  await alice.send('flush_all\r\n')
  await alice.expect('OK\r\n')
  await alice.send(`get ${word}:1 ${word}:2\r\n`)
  await alice.expect('END\r\n')
})

test('keeps keys such as __proto__ and constructor', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const value = random.word()
  const size = value.length

  await alice.send('get constructor __proto__ toString\r\n')
  await alice.expect('END\r\n')
  await alice.send(`add constructor 0 0 ${size}\r\n${value}\r\n`)
  await alice.expect('STORED\r\n')
  await alice.send(`add __proto__ 0 0 ${size}\r\n${value}\r\n`)
  await alice.expect('STORED\r\n')
  await alice.send('get constructor __proto__ toString\r\n')
  await alice.expect(`VALUE constructor 0 ${size}\r\n${value}\r\n`)
  await alice.expect(`VALUE __proto__ 0 ${size}\r\n${value}\r\n`)
  await alice.expect('END\r\n')
})

test('counts up and down', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()
  const start = random.int(1000, 4000)
  const up = random.int(100, 4000)
  const down = random.int(1, 100)

  await alice.send(`set ${key} 3 0 4\r\n${start}\r\n`)
  await alice.expect('STORED\r\n')
  await alice.send(`incr ${key} ${up}\r\n`)
  await alice.expect(`${start + up}\r\n`)
  await alice.send(`decr ${key} ${down}\r\n`)
  await alice.expect(`${start + up - down}\r\n`)
  await alice.send(`get ${key}\r\n`)
  await alice.expect(`VALUE ${key} 3 4\r\n${start + up - down}\r\nEND\r\n`)
  await alice.send(`incr ${random.word()}:missing 1\r\n`)
  await alice.expect('NOT_FOUND\r\n')
  await alice.send(`decr ${random.word()}:missing 1\r\n`)
  await alice.expect('NOT_FOUND\r\n')
})

test('counts in 64 bits: wraps around at the top, stops at 0', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()
  const small = random.int(2, 9)

  await alice.send(`set ${key} 0 0 16\r\n9007199254740992\r\n`)
  await alice.expect('STORED\r\n')
  await alice.send(`incr ${key} 1\r\n`)
  await alice.expect('9007199254740993\r\n')
  await alice.send(`set ${key} 0 0 20\r\n18446744073709551615\r\n`)
  await alice.expect('STORED\r\n')
  await alice.send(`incr ${key} ${small}\r\n`)
  await alice.expect(`${small - 1}\r\n`)
  await alice.send(`decr ${key} ${small}\r\n`)
  await alice.expect('0\r\n')
  await alice.send(`incr ${key} 18446744073709551615\r\n`)
  await alice.expect('18446744073709551615\r\n')
})

test('refuses to count with what is no number', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const word = random.word()

  await alice.send(`set ${word}:text 0 0 4\r\n12ab\r\n`)
  await alice.expect('STORED\r\n')
  await alice.send(`incr ${word}:text 1\r\n`)
  await alice.expect('CLIENT_ERROR cannot increment or decrement non-numeric value\r\n')
  await alice.send(`get ${word}:text\r\n`)
  await alice.expect(`VALUE ${word}:text 0 4\r\n12ab\r\nEND\r\n`)

  await alice.send(`set ${word}:number 0 0 2\r\n41\r\n`)
  await alice.expect('STORED\r\n')
  await alice.send(`incr ${word}:number ${word}\r\n`)
  await alice.expect('CLIENT_ERROR invalid numeric delta argument\r\n')
  await alice.send(`decr ${word}:number -1\r\n`)
  await alice.expect('CLIENT_ERROR invalid numeric delta argument\r\n')
  await alice.send(`incr ${word}:number 1\r\n`)
  await alice.expect('42\r\n')
})

test('tells its version', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await alice.send('version\r\n')
  const line = await alice.readLine()
  await expectSame(line.replace(/(?<=^VERSION )\S.*(?=\r$)/, 'TEXT'), 'VERSION TEXT\r', 'answer version with')
})

test('hangs up on quit', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const key = random.word()

  await alice.send(`set ${key} 0 0 3\r\none\r\n`)
  await alice.expect('STORED\r\n')
  await alice.send('quit\r\n')
  await alice.expectEnd()

  await bob.send(`set ${key} 0 0 3\r\ntwo\r\n`)
  await bob.expect('STORED\r\n')
})

test('answers pipelined commands in order', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const word = random.word()
  const keys = Array.from({ length: 300 }, (_, i) => `${word}:${i}`)

  await alice.send(`set ${word} 0 0 3\r\none\r\nget ${word}\r\ndelete ${word}\r\nget ${word}\r\n`)
  await alice.expect(`STORED\r\nVALUE ${word} 0 3\r\none\r\nEND\r\nDELETED\r\nEND\r\n`)

  await alice.send(keys.map((key) => `set ${key} 0 0 ${key.length}\r\n${key}\r\nget ${key}\r\n`).join(''))
  await alice.expect(
    keys.map((key) => `STORED\r\nVALUE ${key} 0 ${key.length}\r\n${key}\r\nEND\r\n`).join(''),
  )
})

test('answers nothing to a command with noreply, and does it', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const word = random.word()

  await alice.send(
    `set ${word}:1 0 0 3 noreply\r\none\r\nadd ${word}:2 0 0 3 noreply\r\n200\r\n` +
      `add ${word}:1 0 0 5 noreply\r\nagain\r\nreplace ${word}:1 4 0 5 noreply\r\nother\r\n` +
      `incr ${word}:2 50 noreply\r\ndecr ${word}:2 1 noreply\r\nget ${word}:1 ${word}:2\r\n`,
  )
  await alice.expect(`VALUE ${word}:1 4 5\r\nother\r\n`)
  await alice.expect(`VALUE ${word}:2 0 3\r\n249\r\nEND\r\n`)

  await alice.send(`delete ${word}:1 noreply\r\nget ${word}:1 ${word}:2\r\n`)
  await alice.expect(`VALUE ${word}:2 0 3\r\n249\r\nEND\r\n`)
  await alice.send(`flush_all noreply\r\nget ${word}:2\r\n`)
  await alice.expect('END\r\n')
})

test('takes commands and values however they are cut', async () => {
  allow(60)
  const server = await startServer()
  const key = random.letters(3)
  const value = `${random.letters(2)}é\r\nEND`
  const size = Buffer.byteLength(value)

  await everyWay(server, [
    { send: `set ${key} 5 0 ${size}\r\n${value}\r\n`, expect: 'STORED\r\n' },
    { send: `get ${key} ?\r\n`, expect: `VALUE ${key} 5 ${size}\r\n${value}\r\nEND\r\n` },
    { send: 'set 7 0 0 1 noreply\r\n7\r\nincr 7 0\r\n', expect: '7\r\n' },
  ])
})

test('stores large values', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const word = random.word()
  const sizes = { one: random.int(900_000, 1_000_000), two: random.int(200_000, 300_000) }
  const one = random.bytes(sizes.one)
  const two = random.bytes(sizes.two)
  const crlf = Buffer.from('\r\n')

  await alice.send(Buffer.concat([Buffer.from(`set ${word}:1 0 0 ${sizes.one}\r\n`), one, crlf]))
  await alice.expect('STORED\r\n')
  await alice.send(Buffer.concat([Buffer.from(`set ${word}:2 0 0 ${sizes.two}\r\n`), two, crlf]))
  await alice.expect('STORED\r\n')
  await alice.send(`get ${word}:1 ${word}:2\r\n`)
  await alice.expect(Buffer.concat([Buffer.from(`VALUE ${word}:1 0 ${sizes.one}\r\n`), one, crlf]))
  await alice.expect(Buffer.concat([Buffer.from(`VALUE ${word}:2 0 ${sizes.two}\r\n`), two, crlf]))
  await alice.expect('END\r\n')
})

test('answers ERROR to a command that it does not have, and goes on', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()

  await alice.send(`fetch ${key}\r\n`)
  await alice.expect('ERROR\r\n')
  await alice.send(`GET ${key}\r\n`)
  await alice.expect('ERROR\r\n')
  await alice.send('constructor\r\n')
  await alice.expect('ERROR\r\n')
  await alice.send('\r\n')
  await alice.expect('ERROR\r\n')
  await alice.send('get\r\n')
  await alice.expect('ERROR\r\n')
  await alice.send(`set ${key} 0 0\r\n`)
  await alice.expect('ERROR\r\n')
  await alice.send(`get ${key}\r\n`)
  await alice.expect('END\r\n')
})

test('answers CLIENT_ERROR to a line that makes no sense, and goes on', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()

  await alice.send(`set ${key} 0 0 five\r\n`)
  await alice.expect('CLIENT_ERROR bad command line format\r\n')
  await alice.send(`set ${key} 0 0 -1\r\n`)
  await alice.expect('CLIENT_ERROR bad command line format\r\n')
  await alice.send(`set ${key} 0 0 5x\r\n`)
  await alice.expect('CLIENT_ERROR bad command line format\r\n')
  await alice.send(`set ${key} red 0 5\r\n`)
  await alice.expect('CLIENT_ERROR bad command line format\r\n')
  await alice.send(`set ${key} 0 soon 5\r\n`)
  await alice.expect('CLIENT_ERROR bad command line format\r\n')
  await alice.send(`get ${key}\r\n`)
  await alice.expect('END\r\n')
})

test('answers CLIENT_ERROR to a key of over 250 bytes, and goes on', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const longest = random.letters(250)

  await alice.send(`set ${longest} 0 0 3\r\none\r\n`)
  await alice.expect('STORED\r\n')
  await alice.send(`set ${longest}x 0 0 3\r\n`)
  await alice.expect('CLIENT_ERROR bad command line format\r\n')
  await alice.send(`get ${longest}x\r\n`)
  await alice.expect('CLIENT_ERROR bad command line format\r\n')
  await alice.send(`delete ${longest}x\r\n`)
  await alice.expect('CLIENT_ERROR bad command line format\r\n')
  await alice.send(`get ${longest}\r\n`)
  await alice.expect(`VALUE ${longest} 0 3\r\none\r\nEND\r\n`)
})

test('answers CLIENT_ERROR to a bad data block, and goes on behind it', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()

  await alice.send(`set ${key} 0 0 5\r\nhello??get ${key}\r\n`)
  await alice.expect('CLIENT_ERROR bad data chunk\r\nEND\r\n')
  await alice.send(`set ${key} 0 0 3\r\nhello\r\nget ${key}\r\n`)
  await alice.expect('CLIENT_ERROR bad data chunk\r\nERROR\r\nEND\r\n')
  await alice.send(`set ${key} 0 0 5\r\nhello\r\nget ${key}\r\n`)
  await alice.expect(`STORED\r\nVALUE ${key} 0 5\r\nhello\r\nEND\r\n`)
})

test('refuses a value of over 1 MiB, and goes on behind it', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()
  const value = `${random.line(60)}\n`.repeat(20_000).slice(0, MIB + random.int(1, 1000))

  await alice.send(`set ${key} 0 0 ${value.length}\r\n${value}\r\nget ${key}\r\n`)
  await alice.expect('SERVER_ERROR object too large for cache\r\nEND\r\n')
  await alice.send(`set ${key} 0 0 5\r\nhello\r\nget ${key}\r\n`)
  await alice.expect(`STORED\r\nVALUE ${key} 0 5\r\nhello\r\nEND\r\n`)
})

test('forgets at once what has a negative exptime', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()

  await alice.send(`set ${key} 0 0 2\r\n10\r\n`)
  await alice.expect('STORED\r\n')
  await alice.send(`set ${key} 0 -1 2\r\n20\r\n`)
  await alice.expect('STORED\r\n')
  await alice.send(`get ${key}\r\n`)
  await alice.expect('END\r\n')
  await alice.send(`replace ${key} 0 0 2\r\n30\r\n`)
  await alice.expect('NOT_STORED\r\n')
  await alice.send(`incr ${key} 1\r\n`)
  await alice.expect('NOT_FOUND\r\n')
  await alice.send(`delete ${key}\r\n`)
  await alice.expect('NOT_FOUND\r\n')
  await alice.send(`add ${key} 0 0 2\r\n40\r\n`)
  await alice.expect('STORED\r\n')
})

test('forgets a value when its seconds are over, and not another one', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const word = random.word()

  await alice.send(`set ${word}:long 0 60 4\r\nlong\r\n`)
  await alice.expect('STORED\r\n')
  await alice.send(`set ${word}:renewed 0 1 3\r\nold\r\n`)
  await alice.expect('STORED\r\n')
  await alice.send(`set ${word}:renewed 0 0 3\r\nnew\r\n`)
  await alice.expect('STORED\r\n')
  await alice.send(`set ${word}:brief 0 1 5\r\nbrief\r\n`)
  await alice.expect('STORED\r\n')

  await askUntilForgotten(alice, `${word}:brief`)
  await alice.send(`get ${word}:long ${word}:brief ${word}:renewed\r\n`)
  await alice.expect(`VALUE ${word}:long 0 4\r\nlong\r\n`)
  await alice.expect(`VALUE ${word}:renewed 0 3\r\nnew\r\n`)
  await alice.expect('END\r\n')
})

test('shares its values among all clients', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const key = random.word()

  await alice.send(`set ${key} 6 0 2\r\n41\r\n`)
  await alice.expect('STORED\r\n')
  await bob.send(`get ${key}\r\n`)
  await bob.expect(`VALUE ${key} 6 2\r\n41\r\nEND\r\n`)
  await bob.send(`incr ${key} 1\r\n`)
  await bob.expect('42\r\n')
  await bob.end()
  await bob.expectEnd()
  await alice.send(`get ${key}\r\n`)
  await alice.expect(`VALUE ${key} 6 2\r\n42\r\nEND\r\n`)
})

test('keeps clients apart when one is reset in the middle of a value', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const key = random.word()

  await alice.send(`set ${key} 0 0 5\r\nhello\r\n`)
  await alice.expect('STORED\r\n')
  await bob.sendInPieces(`set ${key} 0 0 8\r\nhalf`, [100])
  await alice.send(`get ${key}\r\n`)
  await alice.expect(`VALUE ${key} 0 5\r\nhello\r\nEND\r\n`)
  await bob.reset()

  const carol = await server.connect('carol')
  await carol.send(`get ${key}\r\n`)
  await carol.expect(`VALUE ${key} 0 5\r\nhello\r\nEND\r\n`)
  await alice.send(`delete ${key}\r\n`)
  await alice.expect('DELETED\r\n')
})

/**
 * Time itself is the subject here, so it has to pass. A server may count in whole seconds, as memcached does, and forget a
 * value of one second at any moment of it. One that still has it after three is wrong, and its own answer says so.
 */
async function askUntilForgotten(peer: Peer, key: string, turns = 20): Promise<void> {
  await pass(150)
  await peer.send(`get ${key}\r\n`)
  const line = await peer.readLine()
  if (line === 'END\r') return
  if (turns === 0) await expectSame(line, 'END\r', `answer get ${key}, long after its second, with`)
  await peer.expect('brief\r\nEND\r\n')
  await askUntilForgotten(peer, key, turns - 1)
}
