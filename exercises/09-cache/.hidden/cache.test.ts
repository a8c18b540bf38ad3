import { allow, askUntil, everyWay, expectSame, meanwhile, type Peer, random, startServer } from '#harness'

const MIB = 1024 * 1024

test('stores a value and gives it back', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()
  const [first, second] = [random.line(random.int(10, 30)), random.line(random.int(31, 50))]
  const flags = random.int(2_147_483_648, 4_294_967_295)

  await ask(alice, `set ${key} 0 0 ${first.length}\r\n${first}\r\n`, 'STORED\r\n')
  await ask(alice, `get ${key}\r\n`, `VALUE ${key} 0 ${first.length}\r\n${first}\r\nEND\r\n`)
  await ask(alice, `set ${key} ${flags} 0 ${second.length}\r\n${second}\r\n`, 'STORED\r\n')
  await ask(alice, `get ${key}\r\n`, `VALUE ${key} ${flags} ${second.length}\r\n${second}\r\nEND\r\n`)
})

test('answers only END for a key that nobody has set', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await ask(alice, `get ${random.word()}\r\n`, 'END\r\n')
  await ask(alice, 'get noreply\r\n', 'END\r\n')
})

test('stores values with line endings in them, and empty ones', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()
  const value = `${random.line(9)}\r\n\r\nget ${key}\r\nEND\r\n${random.line(9)}\n`

  await ask(alice, `set ${key} 0 0 ${value.length}\r\n${value}\r\n`, 'STORED\r\n')
  await ask(alice, `get ${key}\r\n`, `VALUE ${key} 0 ${value.length}\r\n${value}\r\nEND\r\n`)
  await ask(alice, `set ${key} 0 0 0\r\n\r\n`, 'STORED\r\n')
  await ask(alice, `get ${key}\r\n`, `VALUE ${key} 0 0\r\n\r\nEND\r\n`)
  await ask(alice, `set ${key} 0 0 11\r\nsay noreply\r\n`, 'STORED\r\n')
  await ask(alice, `get ${key}\r\n`, `VALUE ${key} 0 11\r\nsay noreply\r\nEND\r\n`)
})

test('stores every byte value', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()
  const every = Uint8Array.from({ length: 256 }, (_, byte) => byte)

  await ask(alice, bytes(`set ${key} 0 0 256\r\n`, every, '\r\n'), 'STORED\r\n')
  await ask(alice, `get ${key}\r\n`, bytes(`VALUE ${key} 0 256\r\n`, every, '\r\nEND\r\n'))
})

test('gives many keys in one get and leaves out what it does not have', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const word = random.word()
  const [one, three] = [`VALUE ${word}:1 0 3\r\none\r\n`, `VALUE ${word}:3 7 5\r\nthree\r\n`]

  await ask(alice, `set ${word}:1 0 0 3\r\none\r\n`, 'STORED\r\n')
  await ask(alice, `set ${word}:3 7 0 5\r\nthree\r\n`, 'STORED\r\n')
  await ask(alice, `get ${word}:1 ${word}:2 ${word}:3\r\n`, `${one}${three}END\r\n`)
  await ask(alice, `get ${word}:3 ${word}:1 ${word}:3\r\n`, `${three}${one}${three}END\r\n`)
})

test('adds only what is missing and replaces only what is there', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()

  await ask(alice, `replace ${key} 0 0 5\r\nearly\r\n`, 'NOT_STORED\r\n')
  await ask(alice, `add ${key} 1 0 5\r\nadded\r\n`, 'STORED\r\n')
  await ask(alice, `add ${key} 2 0 5\r\ntwice\r\n`, 'NOT_STORED\r\n')
  await ask(alice, `get ${key}\r\n`, `VALUE ${key} 1 5\r\nadded\r\nEND\r\n`)
  await ask(alice, `replace ${key} 3 0 8\r\nreplaced\r\n`, 'STORED\r\n')
  await ask(alice, `get ${key}\r\n`, `VALUE ${key} 3 8\r\nreplaced\r\nEND\r\n`)
})

test('deletes one key, and with flush_all every key', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const word = random.word()

  await ask(alice, `set ${word}:1 0 0 3\r\none\r\n`, 'STORED\r\n')
  await ask(alice, `set ${word}:2 0 0 3\r\ntwo\r\n`, 'STORED\r\n')
  await ask(alice, `delete ${word}:1\r\n`, 'DELETED\r\n')
  await ask(alice, `delete ${word}:1\r\n`, 'NOT_FOUND\r\n')
  await ask(alice, `get ${word}:1 ${word}:2\r\n`, `VALUE ${word}:2 0 3\r\ntwo\r\nEND\r\n`)
  await ask(alice, 'flush_all\r\n', 'OK\r\n')
  await ask(alice, `get ${word}:1 ${word}:2\r\n`, 'END\r\n')
})

test('keeps keys such as __proto__ and constructor', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const value = random.word()
  const block = `${value.length}\r\n${value}\r\n`

  await ask(alice, 'get constructor __proto__ toString\r\n', 'END\r\n')
  await ask(alice, `add constructor 0 0 ${block}`, 'STORED\r\n')
  await ask(alice, `add __proto__ 0 0 ${block}`, 'STORED\r\n')
  await ask(
    alice,
    'get constructor __proto__ toString\r\n',
    `VALUE constructor 0 ${block}VALUE __proto__ 0 ${block}END\r\n`,
  )
})

test('keeps the bytes of a key as they are', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = `${random.word()}:żółw:🐢`

  await ask(alice, `set ${key} 0 0 3\r\none\r\n`, 'STORED\r\n')
  await ask(alice, `get ${key}\r\n`, `VALUE ${key} 0 3\r\none\r\nEND\r\n`)
})

test('counts up and down', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()
  const [start, up, down] = [random.int(9000, 9999), random.int(1100, 4000), random.int(1, 100)]

  await ask(alice, `set ${key} 3 0 4\r\n${start}\r\n`, 'STORED\r\n')
  await ask(alice, `incr ${key} ${up}\r\n`, `${start + up}\r\n`)
  await ask(alice, `decr ${key} ${down}\r\n`, `${start + up - down}\r\n`)
  await ask(alice, `get ${key}\r\n`, `VALUE ${key} 3 5\r\n${start + up - down}\r\nEND\r\n`)
  await ask(alice, `incr ${key}:missing 1\r\n`, 'NOT_FOUND\r\n')
  await ask(alice, `decr ${key}:missing 1\r\n`, 'NOT_FOUND\r\n')
})

test('counts in 64 bits: wraps around at the top, stops at 0', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()
  const small = random.int(2, 9)

  await ask(alice, `set ${key} 0 0 16\r\n9007199254740992\r\n`, 'STORED\r\n')
  await ask(alice, `incr ${key} 1\r\n`, '9007199254740993\r\n')
  await ask(alice, `set ${key} 0 0 20\r\n18446744073709551615\r\n`, 'STORED\r\n')
  await ask(alice, `incr ${key} ${small}\r\n`, `${small - 1}\r\n`)
  await ask(alice, `decr ${key} ${small}\r\n`, '0\r\n')
  await ask(alice, `incr ${key} 18446744073709551615\r\n`, '18446744073709551615\r\n')
})

test('rejects an increment of something that is not a number', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()

  await ask(alice, `set ${key} 0 0 4\r\n12ab\r\n`, 'STORED\r\n')
  await ask(alice, `incr ${key} 1\r\n`, NOT_A_NUMBER)
  await ask(alice, `get ${key}\r\n`, `VALUE ${key} 0 4\r\n12ab\r\nEND\r\n`)
  await ask(alice, `set ${key} 0 0 0\r\n\r\n`, 'STORED\r\n')
  await ask(alice, `incr ${key} 1\r\n`, NOT_A_NUMBER)
  await ask(alice, `set ${key} 0 0 4\r\n0x10\r\n`, 'STORED\r\n')
  await ask(alice, `decr ${key} 1\r\n`, NOT_A_NUMBER)
  await ask(alice, `set ${key} 0 0 2\r\n-5\r\n`, 'STORED\r\n')
  await ask(alice, `incr ${key} 9\r\n`, NOT_A_NUMBER)
  await ask(alice, `set ${key} 0 0 20\r\n18446744073709551616\r\n`, 'STORED\r\n')
  await ask(alice, `decr ${key} 1\r\n`, NOT_A_NUMBER)

  await ask(alice, `set ${key} 0 0 2\r\n41\r\n`, 'STORED\r\n')
  await ask(alice, `incr ${key} ${key}\r\n`, NOT_A_DELTA)
  await ask(alice, `decr ${key} -1\r\n`, NOT_A_DELTA)
  await ask(alice, `incr ${key} 0x10\r\n`, NOT_A_DELTA)
  await ask(alice, `incr ${key} 18446744073709551616\r\n`, NOT_A_DELTA)
  await ask(alice, `incr ${key} 1\r\n`, '42\r\n')
})

test('tells its version', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await alice.send('version\n') // as somebody types it
  const line = await alice.readLine()

  await expectSame(line.replace(/(?<=^VERSION )\S.*(?=\r$)/, 'TEXT'), 'VERSION TEXT\r', 'answer version with')
})

test('hangs up on quit', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const key = random.word()

  await ask(alice, `set ${key} 0 0 3\r\none\r\n`, 'STORED\r\n')
  await alice.send('quit\r\n')
  await alice.expectEnd()

  await ask(bob, `set ${key} 0 0 3\r\ntwo\r\n`, 'STORED\r\n')
})

test('answers pipelined commands in order', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const word = random.word()
  const keys = Array.from({ length: 300 }, (_, i) => `${word}:${i}`)

  await ask(
    alice,
    `set ${word} 0 0 3\r\none\r\nget ${word}\r\ndelete ${word}\r\nget ${word}\r\n`,
    `STORED\r\nVALUE ${word} 0 3\r\none\r\nEND\r\nDELETED\r\nEND\r\n`,
  )
  await ask(
    alice,
    keys.map((key) => `set ${key} 0 0 ${key.length}\r\n${key}\r\nget ${key}\r\n`).join(''),
    keys.map((key) => `STORED\r\nVALUE ${key} 0 ${key.length}\r\n${key}\r\nEND\r\n`).join(''),
  )
})

test('answers nothing to a command with noreply, and does it', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const word = random.word()
  const two = `VALUE ${word}:2 0 3\r\n249\r\n`

  await ask(
    alice,
    `set ${word}:1 0 0 3 noreply\r\none\r\nadd ${word}:2 0 0 3 noreply\r\n200\r\n` +
      `add ${word}:1 0 0 5 noreply\r\nagain\r\nreplace ${word}:1 4 0 5 noreply\r\nother\r\n` +
      `incr ${word}:2 50 noreply\r\ndecr ${word}:2 1 noreply\r\nget ${word}:1 ${word}:2\r\n`,
    `VALUE ${word}:1 4 5\r\nother\r\n${two}END\r\n`,
  )
  await ask(alice, `delete ${word}:1 noreply\r\nget ${word}:1 ${word}:2\r\n`, `${two}END\r\n`)
  await ask(alice, `flush_all noreply\r\nget ${word}:2\r\n`, 'END\r\n')
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
    { send: 'incr 7 0\r\n', expect: 'NOT_FOUND\r\n' },
  ])
})

test(
  'does not take a pause for the end of a command',
  meanwhile(async () => {
    const server = await startServer()
    const alice = await server.connect('alice')
    const [key, value] = [random.letters(8), random.line()]

    await alice.send(`get ${key}\r\nset ${key} 0 0 ${value.length}\r\n${value.slice(0, 9)}`)
    await alice.expect('END\r\n')
    // However long she takes for the rest: who does something by the clock has done it now.
    await server.untilNoTimer()
    await alice.send(`${value.slice(9)}\r\nget ${key.slice(0, 5)}`)
    await alice.expect('STORED\r\n')
    await server.untilNoTimer()
    await alice.send(`${key.slice(5)}\r\n`)

    await alice.expect(`VALUE ${key} 0 ${value.length}\r\n${value}\r\nEND\r\n`)
  }),
)

test('stores large values', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const word = random.word()
  const one = random.bytes(random.int(1_000_001, 1_040_000))
  const two = random.bytes(random.int(200_000, 300_000))

  await ask(alice, bytes(`set ${word}:1 0 0 ${one.length}\r\n`, one, '\r\n'), 'STORED\r\n')
  await ask(alice, bytes(`set ${word}:2 0 0 ${two.length}\r\n`, two, '\r\n'), 'STORED\r\n')
  await alice.send(`get ${word}:1 ${word}:2\r\n`)
  await alice.expect(bytes(`VALUE ${word}:1 0 ${one.length}\r\n`, one, '\r\n'))
  await alice.expect(bytes(`VALUE ${word}:2 0 ${two.length}\r\n`, two, '\r\nEND\r\n'))
})

test('sends a client that has ended everything that it asked for', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const key = random.word()
  const value = random.bytes(MIB - 20_000)
  const wanted = Array.from({ length: 12 }, () => key) // more than the buffers on the way can hold

  await ask(alice, bytes(`set ${key} 0 0 ${value.length}\r\n`, value, '\r\n'), 'STORED\r\n')
  alice.pause()
  await alice.send(`get ${wanted.join(' ')}\r\n`)
  await alice.end()
  await ask(bob, `get ${key}:missing\r\n`, 'END\r\n')
  alice.resume()

  const answer = bytes(`VALUE ${key} 0 ${value.length}\r\n`, value, '\r\n')
  await alice.expect(bytes(...wanted.map(() => answer), 'END\r\n'))
  await alice.expectEnd()
})

test('answers ERROR to a command that it does not have, and goes on', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()

  await ask(alice, `fetch ${key}\r\n`, 'ERROR\r\n')
  await ask(alice, `GET ${key}\r\n`, 'ERROR\r\n')
  await ask(alice, 'constructor\r\n', 'ERROR\r\n')
  await ask(alice, '\r\n', 'ERROR\r\n')
  await ask(alice, '\n', 'ERROR\r\n')
  await ask(alice, 'get\r\n', 'ERROR\r\n')
  await ask(alice, `set ${key} 0 0\r\n`, 'ERROR\r\n')
  await ask(alice, 'delete\r\n', 'ERROR\r\n')
  await ask(alice, `incr ${key}\r\n`, 'ERROR\r\n')
  await ask(alice, `get ${key}\r\n`, 'END\r\n')
})

test('answers CLIENT_ERROR to a line that makes no sense, and goes on', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()

  await ask(alice, `set ${key} 0 0 five\r\n`, BAD_LINE)
  await ask(alice, `set ${key} 0 0 -1\r\n`, BAD_LINE)
  await ask(alice, `set ${key} 0 0 5x\r\n`, BAD_LINE)
  await ask(alice, `set ${key} 0 0 0x5\r\n`, BAD_LINE)
  await ask(alice, `set ${key} red 0 5\r\n`, BAD_LINE)
  await ask(alice, `set ${key} x1 0 5\r\n`, BAD_LINE)
  await ask(alice, `set ${key} 0 soon 5\r\n`, BAD_LINE)
  await ask(alice, `get ${key}\r\n`, 'END\r\n')
})

test('answers CLIENT_ERROR to a key of over 250 bytes, and goes on', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const longest = random.letters(250)
  const accented = 'é'.repeat(126)

  await ask(alice, `set ${longest} 0 0 3\r\none\r\n`, 'STORED\r\n')
  await ask(alice, `set ${longest}x 0 0 3\r\n`, BAD_LINE)
  await ask(alice, `get ${longest}x\r\n`, BAD_LINE)
  await ask(alice, `get short ${longest}x\r\n`, BAD_LINE)
  await ask(alice, `delete ${longest}x\r\n`, BAD_LINE)
  await ask(alice, `incr ${longest}x 1\r\n`, BAD_LINE)
  await ask(alice, `get ${accented}\r\n`, BAD_LINE)
  await ask(alice, `get ${longest}\r\n`, `VALUE ${longest} 0 3\r\none\r\nEND\r\n`)
})

test('answers CLIENT_ERROR to a bad data block, and goes on after it', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()
  const hello = `VALUE ${key} 0 5\r\nhello\r\nEND\r\n`

  await ask(alice, `set ${key} 0 0 5\r\nhello??get ${key}\r\n`, `${BAD_BLOCK}END\r\n`)
  await ask(alice, `set ${key} 0 0 3\r\nhello\r\nget ${key}\r\n`, `${BAD_BLOCK}ERROR\r\nEND\r\n`)
  await ask(alice, `set ${key} 0 0 5\r\nhello\r\nget ${key}\r\n`, `STORED\r\n${hello}`)
  await ask(alice, `set ${key} 0 0 5\r\nworld?\nget ${key}\r\n`, `${BAD_BLOCK}${hello}`)
  await ask(alice, `set ${key} 0 0 5\r\nworld\r?get ${key}\r\n`, `${BAD_BLOCK}${hello}`)
})

test('refuses a value of over 1 MiB, and goes on after it', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()
  const value = `${random.line(60)}\n`.repeat(20_000).slice(0, MIB + random.int(1, 1000))

  await ask(
    alice,
    `set ${key} 0 0 ${value.length}\r\n${value}\r\nget ${key}\r\n`,
    'SERVER_ERROR object too large for cache\r\nEND\r\n',
  )
  await ask(alice, `set ${key} 0 0 5\r\nhello\r\n`, 'STORED\r\n')
  await ask(alice, `get ${key}\r\n`, `VALUE ${key} 0 5\r\nhello\r\nEND\r\n`)
})

test(
  'reads past a value of 256 MiB without keeping it',
  meanwhile(async () => {
    allow(60)
    const server = await startServer()
    const alice = await server.connect('alice')
    const block = Buffer.alloc(4 * MIB, 'and so on\r\n')
    const idle = await server.memory()
    // Chunks that wait for the collector are 30 to 140 MiB, however much is sent. Whoever keeps them has 256.
    server.limitMemory({ within: 208 * MIB, of: idle })

    await alice.send(`set ${random.word()} 0 0 ${64 * block.length}\r\n`)
    await alice.send(Array.from({ length: 64 }, () => block))
    await alice.send('\r\n')

    await alice.expect('SERVER_ERROR object too large for cache\r\n')
  }),
)

test('forgets at once what has a negative exptime', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()

  await ask(alice, `set ${key} 0 0 2\r\n10\r\n`, 'STORED\r\n')
  await ask(alice, `set ${key} 0 -1 2\r\n20\r\n`, 'STORED\r\n')
  await ask(alice, `get ${key}\r\n`, 'END\r\n')
  await ask(alice, `replace ${key} 0 0 2\r\n30\r\n`, 'NOT_STORED\r\n')
  await ask(alice, `incr ${key} 1\r\n`, 'NOT_FOUND\r\n')
  await ask(alice, `delete ${key}\r\n`, 'NOT_FOUND\r\n')
  await ask(alice, `add ${key} 0 0 2\r\n40\r\n`, 'STORED\r\n')
})

test(
  'forgets a value when its seconds are over, and not another one',
  meanwhile(async () => {
    const server = await startServer()
    const alice = await server.connect('alice')
    const word = random.word()

    await ask(alice, `set ${word}:minute 0 60 6\r\nminute\r\n`, 'STORED\r\n')
    await ask(alice, `set ${word}:month 0 2592000 5\r\nmonth\r\n`, 'STORED\r\n')
    await ask(alice, `set ${word}:renewed 0 1 3\r\nold\r\n`, 'STORED\r\n')
    await ask(alice, `set ${word}:renewed 0 0 3\r\nnew\r\n`, 'STORED\r\n')
    await ask(alice, `set ${word}:again 0 1 3\r\nold\r\ndelete ${word}:again noreply\r\n`, 'STORED\r\n')
    await ask(alice, `set ${word}:again 0 0 3\r\nnew\r\n`, 'STORED\r\n')
    // Nobody asks for these before their time is over, so no get can have forgotten them.
    await ask(alice, `set ${word}:count 0 1 1\r\n1\r\nset ${word}:add 0 1 1\r\n1\r\n`, 'STORED\r\nSTORED\r\n')
    await ask(
      alice,
      `set ${word}:replace 0 1 1\r\n1\r\nset ${word}:delete 0 1 1\r\n1\r\n`,
      'STORED\r\nSTORED\r\n',
    )
    await ask(alice, `set ${word}:brief 0 1 1 noreply\r\n4\r\nset ${word}:fence 0 0 1\r\n1\r\n`, 'STORED\r\n')
    await ask(alice, `incr ${word}:brief 1 noreply\r\nincr ${word}:fence 1\r\n`, '2\r\n')

    await askUntil(alice, `get ${word}:brief\r\n`, {
      before: `VALUE ${word}:brief 0 1\r\n5\r\nEND\r\n`,
      after: 'END\r\n',
      seconds: 3,
    })
    await ask(alice, `incr ${word}:count 1\r\n`, 'NOT_FOUND\r\n')
    await ask(alice, `replace ${word}:replace 0 0 1\r\n2\r\n`, 'NOT_STORED\r\n')
    await ask(alice, `delete ${word}:delete\r\n`, 'NOT_FOUND\r\n')
    await ask(alice, `add ${word}:add 0 0 1\r\n2\r\n`, 'STORED\r\n')
    await ask(
      alice,
      `get ${word}:minute ${word}:brief ${word}:month ${word}:renewed ${word}:again\r\n`,
      `VALUE ${word}:minute 0 6\r\nminute\r\nVALUE ${word}:month 0 5\r\nmonth\r\n` +
        `VALUE ${word}:renewed 0 3\r\nnew\r\nVALUE ${word}:again 0 3\r\nnew\r\nEND\r\n`,
    )
  }),
)

test('shares its values among all clients', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const key = random.word()

  await ask(alice, `set ${key} 6 0 2\r\n41\r\n`, 'STORED\r\n')
  await ask(bob, `get ${key}\r\n`, `VALUE ${key} 6 2\r\n41\r\nEND\r\n`)
  await ask(bob, `incr ${key} 1\r\n`, '42\r\n')
  await bob.end()
  await bob.expectEnd()
  await ask(alice, `get ${key}\r\n`, `VALUE ${key} 6 2\r\n42\r\nEND\r\n`)
})

test('answers everything before a quit, and does nothing after it', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const key = random.word()
  const value = random.bytes(MIB - 20_000)
  const wanted = Array.from({ length: 12 }, () => key) // more than the buffers on the way can hold

  await ask(bob, bytes(`set ${key} 0 0 ${value.length}\r\n`, value, '\r\n'), 'STORED\r\n')
  await ask(bob, `set ${key}:1 0 0 3\r\none\r\n`, 'STORED\r\n')
  alice.pause()
  await alice.send(`get ${wanted.join(' ')}\r\nquit\r\ndelete ${key}:1\r\n`)
  await ask(bob, `get ${key}:missing\r\n`, 'END\r\n')
  alice.resume()

  const answer = bytes(`VALUE ${key} 0 ${value.length}\r\n`, value, '\r\n')
  await alice.expect(bytes(...wanted.map(() => answer), 'END\r\n'))
  await alice.expectEnd()
  await ask(bob, `get ${key}:1\r\n`, `VALUE ${key}:1 0 3\r\none\r\nEND\r\n`)

  // And what comes in a later segment.
  await alice.send(`delete ${key}:1\r\n`)
  await server.untilIdle()
  await ask(bob, `get ${key}:1\r\n`, `VALUE ${key}:1 0 3\r\none\r\nEND\r\n`)
})

test('adds for only one of many clients at once', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const lock = random.word()
  const line = `add ${lock} 0 0 5\r\n`

  // Alice's line has been read before her block begins, and so before bob comes; her block ends behind his.
  await alice.sendInPieces(`${line}al`, [line.length])
  await bob.send(`get ${lock}\r\n`)
  await bob.expect('END\r\n')
  await ask(bob, `add ${lock} 0 0 3\r\nbob\r\n`, 'STORED\r\n')
  await ask(alice, 'ice\r\n', 'NOT_STORED\r\n')

  await ask(alice, `get ${lock}\r\n`, `VALUE ${lock} 0 3\r\nbob\r\nEND\r\n`)
})

test('keeps clients apart when one breaks off in the middle', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const key = random.word()
  const hello = `VALUE ${key} 0 5\r\nhello\r\nEND\r\n`

  await ask(alice, `set ${key} 0 0 5\r\nhello\r\n`, 'STORED\r\n')
  await bob.sendInPieces(`set ${key} 0 0 8\r\nhalf`, [100])
  await ask(alice, `get ${key}\r\n`, hello)
  await bob.reset()

  const carol = await server.connect('carol')
  await ask(carol, `get ${key}\r\n`, hello)
  await carol.send(`delete ${key}`)
  await carol.end()
  await carol.expectEnd()
  await ask(alice, `get ${key}\r\n`, hello)

  // A block without the line ending after it is not whole.
  const dave = await server.connect('dave')
  await dave.send(`set ${key} 0 0 5 noreply\r\nworld`)
  await dave.end()
  await dave.expectEnd()
  await ask(alice, `get ${key}\r\n`, hello)

  // Of a value that is refused, the rest never comes.
  const erin = await server.connect('erin')
  await erin.send(`set ${random.word()} 0 0 ${2 * MIB}\r\nworld`)
  await erin.end()
  await erin.readToEnd()
  await ask(alice, `get ${key}\r\n`, hello)
})

const BAD_LINE = 'CLIENT_ERROR bad command line format\r\n'
const BAD_BLOCK = 'CLIENT_ERROR bad data chunk\r\n'
const NOT_A_NUMBER = 'CLIENT_ERROR cannot increment or decrement non-numeric value\r\n'
const NOT_A_DELTA = 'CLIENT_ERROR invalid numeric delta argument\r\n'

type Bytes = string | Uint8Array

async function ask(peer: Peer, request: Bytes, answer: Bytes): Promise<void> {
  await peer.send(request)
  await peer.expect(answer)
}

function bytes(...parts: Bytes[]): Buffer {
  return Buffer.concat(parts.map((part) => Buffer.from(part)))
}
