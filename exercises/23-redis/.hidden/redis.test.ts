import { Redis } from 'ioredis'
import { createClient } from 'redis'
import {
  type Address,
  allow,
  askUntil,
  everyWay,
  expectDone,
  expectRejected,
  expectSame,
  meanwhile,
  type Peer,
  random,
  type Server,
  startServer,
} from '#harness'

const MIB = 1024 * 1024
const OK = '+OK\r\n'
const PONG = '+PONG\r\n'
const NIL = '$-1\r\n'
const NOT_AN_INTEGER = '-ERR value is not an integer or out of range\r\n'
const OVERFLOW = '-ERR increment or decrement would overflow\r\n'
const WRONG_TYPE = '-WRONGTYPE Operation against a key holding the wrong kind of value\r\n'
const SYNTAX_ERROR = '-ERR syntax error\r\n'

test('answers PING and ECHO', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const message = random.word()

  await alice.send('*1\r\n$4\r\nPING\r\n')
  await alice.expect('+PONG\r\n')
  await alice.send(`*2\r\n$4\r\nECHO\r\n$${message.length}\r\n${message}\r\n`)
  await alice.expect(`$${message.length}\r\n${message}\r\n`)
  await ask(alice, `ping ${message}`, bulk(message))
})

test('stores a value and gives it back', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const [key, value] = [random.word(), random.word()]

  await ask(alice, `GET ${key}`, NIL)
  await ask(alice, `SET ${key} ${value}`, OK)
  await ask(alice, `GET ${key}`, bulk(value))
  await ask(alice, ['SET', key, ''], OK)
  await ask(alice, `GET ${key}`, bulk(''))
})

test('accepts typed lines as well as arrays', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const [key, value] = [random.word(), random.word()]

  await alice.send(`PING\r\n\r\nset  ${key} "${value}, \\"you\\""\nGET ${key}\r\n`)
  await alice.expect(`${PONG}${OK}${bulk(`${value}, "you"`)}`)
  await alice.send(`${command('ECHO', value)}echo '${value} too' \r\n${command('PING')}`)
  await alice.expect(`${bulk(value)}${bulk(`${value} too`)}${PONG}`)
})

test('answers a wrong command with an error and carries on', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const word = random.letters(8)

  await expectError(alice, `${word} a b`, `ERR unknown command '${word}'`)
  await expectError(alice, 'constructor', "ERR unknown command 'constructor'")
  await expectError(alice, ['no\r\n+OK'], "ERR unknown command 'no  +OK'")
  await ask(alice, 'GET', "-ERR wrong number of arguments for 'get' command\r\n")
  await ask(alice, `LRANGE ${word} 0`, "-ERR wrong number of arguments for 'lrange' command\r\n")
  await ask(alice, `Get ${word} b`, "-ERR wrong number of arguments for 'get' command\r\n")
  await ask(alice, `MSET ${word} 1 b`, "-ERR wrong number of arguments for 'mset' command\r\n")
  await ask(alice, `HSET ${word} a 1 b`, "-ERR wrong number of arguments for 'hset' command\r\n")
  await ask(alice, 'PING', PONG)
})

test('stores any bytes and gives lengths in bytes', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const every = Uint8Array.from({ length: 256 }, (_, byte) => byte)
  const key = Buffer.concat([every.subarray(128), Buffer.from(random.word())])

  await ask(alice, ['SET', key, every], OK)
  await ask(alice, ['GET', key], ['$256\r\n', every, '\r\n'])
  await ask(alice, ['APPEND', key, 'é€😀'], ':265\r\n')
  await ask(alice, ['STRLEN', key], ':265\r\n')
  await ask(alice, 'STRLEN missing', ':0\r\n')
  await ask(alice, ['SET', 'lines', 'one\r\n$3\r\ntwo\r\n'], OK)
  await ask(alice, 'GET lines', '$14\r\none\r\n$3\r\ntwo\r\n\r\n')
})

test('sets and gets many keys at once', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const word = random.word()

  await ask(alice, `MSET ${word} 1 __proto__ 2 constructor 3 ${word} 4`, OK)
  await ask(
    alice,
    `MGET __proto__ toString ${word} constructor`,
    `*4\r\n${bulk('2')}${NIL}${bulk('4')}${bulk('3')}`,
  )
  await ask(alice, `EXISTS ${word} ${word} toString __proto__`, ':3\r\n')
  await ask(alice, `DEL ${word} ${word} toString __proto__`, ':2\r\n')
  await ask(alice, `EXISTS __proto__ ${word}`, ':0\r\n')
  await ask(alice, 'DBSIZE', ':1\r\n')
  await ask(alice, 'FLUSHALL', OK)
  await ask(alice, 'MGET __proto__ constructor', `*2\r\n${NIL}${NIL}`)
  await ask(alice, 'DBSIZE', ':0\r\n')
})

test('obeys the options of SET', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()

  await ask(alice, `SET ${key} early XX`, NIL)
  await ask(alice, `SET ${key} one NX`, OK)
  await ask(alice, `SET ${key} two NX`, NIL)
  await ask(alice, `SET ${key} three xx`, OK)
  await ask(alice, `SET ${key} four GET`, bulk('three'))
  await ask(alice, `SET ${key} five NX GET`, bulk('four'))
  await ask(alice, `GET ${key}`, bulk('four'))
  await ask(alice, `SET ${key}:new six GET XX`, NIL)
  await ask(alice, `SET ${key}:new six GET`, NIL)
  await ask(alice, `GET ${key}:new`, bulk('six'))
  await ask(alice, `SET ${key} seven NX XX`, SYNTAX_ERROR)
  await ask(alice, `SET ${key} seven EX`, SYNTAX_ERROR)
  await ask(alice, `SET ${key} seven EX 10 PX 10`, SYNTAX_ERROR)
  await ask(alice, `SET ${key} seven please`, SYNTAX_ERROR)
  await ask(alice, `SET ${key} seven EX soon`, NOT_AN_INTEGER)
  await ask(alice, `SET ${key} seven PX 0`, "-ERR invalid expire time in 'set' command\r\n")
  await ask(alice, `GET ${key}`, bulk('four'))
})

test('counts up and down', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()
  const [start, step] = [random.int(100, 900), random.int(1000, 9000)]

  await ask(alice, `INCR ${key}`, ':1\r\n')
  await ask(alice, `SET ${key} ${start}`, OK)
  await ask(alice, `INCRBY ${key} ${step}`, `:${start + step}\r\n`)
  await ask(alice, `DECR ${key}`, `:${start + step - 1}\r\n`)
  await ask(alice, `INCRBY ${key} ${-2 * step}`, `:${start - step - 1}\r\n`)
  await ask(alice, `GET ${key}`, bulk(`${start - step - 1}`))
  await ask(alice, `DECR ${key}:new`, ':-1\r\n')
})

test('counts in 64 bits and reports an overflow', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()

  await ask(alice, `SET ${key} 9007199254740992`, OK)
  await ask(alice, `INCR ${key}`, ':9007199254740993\r\n')
  await ask(alice, `SET ${key} 9223372036854775806`, OK)
  await ask(alice, `INCR ${key}`, ':9223372036854775807\r\n')
  await ask(alice, `INCR ${key}`, OVERFLOW)
  await ask(alice, `GET ${key}`, bulk('9223372036854775807'))
  await ask(alice, `SET ${key} -9223372036854775807`, OK)
  await ask(alice, `DECR ${key}`, ':-9223372036854775808\r\n')
  await ask(alice, `INCRBY ${key} -1`, OVERFLOW)
  await ask(alice, `INCRBY ${key} 9223372036854775808`, NOT_AN_INTEGER)
  await ask(alice, `SET ${key} 9223372036854775808`, OK)
  await ask(alice, `DECR ${key}`, NOT_AN_INTEGER)
})

test('rejects an increment of something that is not an integer', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()

  await refusesToCount(alice, key, '12ab')
  await refusesToCount(alice, key, '')
  await refusesToCount(alice, key, ' 1')
  await refusesToCount(alice, key, '+1')
  await refusesToCount(alice, key, '0x10')
  await refusesToCount(alice, key, '1.5')
  await refusesToCount(alice, key, '1e3')
  await ask(alice, `SET ${key} 41`, OK)
  await ask(alice, `INCRBY ${key} ${key}`, NOT_AN_INTEGER)
  await ask(alice, ['INCRBY', key, ''], NOT_AN_INTEGER)
  await ask(alice, `INCR ${key}`, ':42\r\n')
})

test('stores lists', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()

  await ask(alice, `RPUSH ${key} c d`, ':2\r\n')
  await ask(alice, `LPUSH ${key} b a`, ':4\r\n')
  await ask(alice, `LRANGE ${key} 0 -1`, array(['a', 'b', 'c', 'd']))
  await ask(alice, `LRANGE ${key} 1 2`, array(['b', 'c']))
  await ask(alice, `LRANGE ${key} -2 -2`, array(['c']))
  await ask(alice, `LRANGE ${key} -100 100`, array(['a', 'b', 'c', 'd']))
  await ask(alice, `LRANGE ${key} 2 1`, '*0\r\n')
  await ask(alice, `LRANGE ${key} 0 -6`, '*0\r\n')
  await ask(alice, `LRANGE ${key} 0 last`, NOT_AN_INTEGER)
  await ask(alice, `LLEN ${key}`, ':4\r\n')
  await ask(alice, `LPOP ${key}`, bulk('a'))
  await ask(alice, `RPOP ${key}`, bulk('d'))
  await ask(alice, `LRANGE ${key}:missing 0 -1`, '*0\r\n')
  await ask(alice, `LPOP ${key}:missing`, NIL)
  await ask(alice, `LLEN ${key}:missing`, ':0\r\n')
})

test('stores hashes', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()

  await ask(alice, `HSET ${key} name alice __proto__ x`, ':2\r\n')
  await ask(alice, `HSET ${key} name bob age 6 age 7`, ':1\r\n')
  await ask(alice, `HGET ${key} name`, bulk('bob'))
  await ask(alice, `HGET ${key} __proto__`, bulk('x'))
  await ask(alice, `HGET ${key} constructor`, NIL)
  await ask(alice, `HGET ${key}:missing name`, NIL)
  await ask(alice, `HDEL ${key} age __proto__ age`, ':2\r\n')
  await ask(alice, `HGETALL ${key}`, array(['name', 'bob']))
  await ask(alice, `HGETALL ${key}:missing`, '*0\r\n')
  await ask(alice, `HDEL ${key}:missing name`, ':0\r\n')
})

test('deletes a list or hash with its last element', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()

  await ask(alice, `RPUSH ${key} one`, ':1\r\n')
  await ask(alice, `TYPE ${key}`, '+list\r\n')
  await ask(alice, `LPOP ${key}`, bulk('one'))
  await ask(alice, `HSET ${key} field value`, ':1\r\n')
  await ask(alice, `TYPE ${key}`, '+hash\r\n')
  await ask(alice, `HDEL ${key} field`, ':1\r\n')
  await ask(alice, `EXISTS ${key}`, ':0\r\n')
  await ask(alice, `TYPE ${key}`, '+none\r\n')
  await ask(alice, `SET ${key} text`, OK)
  await ask(alice, `TYPE ${key}`, '+string\r\n')
  await ask(alice, 'DBSIZE', ':1\r\n')
})

test('answers WRONGTYPE if a key holds another kind of value', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const word = random.word()

  await ask(alice, `SET ${word} text`, OK)
  await ask(alice, `RPUSH ${word}:list one`, ':1\r\n')
  await ask(alice, `HSET ${word}:hash field value`, ':1\r\n')
  await ask(alice, `GET ${word}:list`, WRONG_TYPE)
  await ask(alice, `SET ${word}:list new GET`, WRONG_TYPE)
  await ask(alice, `INCR ${word}:hash`, WRONG_TYPE)
  await ask(alice, `APPEND ${word}:list more`, WRONG_TYPE)
  await ask(alice, `STRLEN ${word}:hash`, WRONG_TYPE)
  await ask(alice, `LPUSH ${word} one`, WRONG_TYPE)
  await ask(alice, `RPOP ${word}:hash`, WRONG_TYPE)
  await ask(alice, `LRANGE ${word} 0 -1`, WRONG_TYPE)
  await ask(alice, `HSET ${word}:list field value`, WRONG_TYPE)
  await ask(alice, `HGETALL ${word}`, WRONG_TYPE)
  await ask(alice, `MGET ${word}:list ${word} ${word}:hash`, `*3\r\n${NIL}${bulk('text')}${NIL}`)
  await ask(alice, `LRANGE ${word}:list 0 -1`, array(['one']))
  await ask(alice, `SET ${word}:list text`, OK)
})

test('reads commands however they are cut', async () => {
  allow(60)
  const server = await startServer()
  const key = random.letters(3)
  const value = `${random.letters(2)}é\r\n$1`

  await everyWay(server, [
    { send: command('SET', key, value), expect: OK },
    { send: command('GET', key), expect: bulk(value) },
    { send: 'PING 1\r\n', expect: bulk('1') },
    { send: command('LLEN', '?'), expect: ':0\r\n' },
  ])
})

test('answers a hundred commands in one segment, in order', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()
  const numbers = Array.from({ length: 100 }, (_, i) => i + 1)

  await alice.send(numbers.map(() => command('INCR', key)).join(''))
  await alice.expect(numbers.map((n) => `:${n}\r\n`).join(''))
  await alice.send(`*0\r\n${command('GET', key)}*-1\r\n${command('DEL', key)}`)
  await alice.expect(`${bulk('100')}:1\r\n`)
})

test('accepts large values and many arguments', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()
  const value = random.bytes(random.int(4_000_000, 5_000_000))
  const elements = Array.from({ length: 150_000 }, (_, i) => bulk(`${i}`)).join('')

  await ask(alice, ['SET', key, value], OK)
  await ask(alice, ['GET', key], [`$${value.length}\r\n`, value, '\r\n'])
  await alice.send(`*150002\r\n${bulk('RPUSH')}${bulk(`${key}:list`)}${elements}`)
  await alice.expect(':150000\r\n')
  await ask(alice, `LRANGE ${key}:list 0 -1`, `*150000\r\n${elements}`)
})

test('reports a protocol error and hangs up', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()

  await ask(alice, `SET ${key} 1`, OK)
  await expectHangUp(server, 'bob', '*x\r\n', 'invalid multibulk length')
  await expectHangUp(server, 'carol', '*3000000000\r\n', 'invalid multibulk length')
  await expectHangUp(server, 'dave', `*1\r\n${key}\r\n`, `expected '$', got '${key.charAt(0)}'`)
  await expectHangUp(server, 'erin', '*1\r\n$-1\r\n', 'invalid bulk length')
  await expectHangUp(server, 'frank', '*1\r\n$4x\r\nPING\r\n', 'invalid bulk length')
  await expectHangUp(server, 'grace', '*1\r\n$536870913\r\n', 'invalid bulk length')
  await expectHangUp(server, 'heidi', `SET ${key} "2\r\n`, 'unbalanced quotes in request')
  await expectHangUp(server, 'ivan', 'x'.repeat(64 * 1024 + 1), 'too big inline request')
  await expectHangUp(server, 'judy', `*1\r\n$-7\r\n${command('INCR', key)}`, 'invalid bulk length')
  await ask(alice, `GET ${key}`, bulk('1'))
})

test('reserves no memory for what is only announced', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const guests = await Promise.all(['bob', 'carol', 'dave'].map((name) => server.connect(name)))
  await ask(alice, 'PING', PONG)
  server.limitMemory({ within: 96 * MIB, of: await server.memory() })

  await Promise.all(guests.map((guest) => guest.send('*2000000000\r\n$200000000\r\n')))
  await server.untilIdle()

  await ask(alice, 'PING', PONG)
})

test('knows how long a key has left to live', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()

  await ask(alice, `TTL ${key}`, ':-2\r\n')
  await ask(alice, `EXPIRE ${key} 100`, ':0\r\n')
  await ask(alice, `SET ${key} 1 EX 1000`, OK)
  await expectBetween(alice, `TTL ${key}`, 900, 1000)
  await ask(alice, `INCR ${key}`, ':2\r\n')
  await ask(alice, `APPEND ${key} 0`, ':2\r\n')
  await expectBetween(alice, `PTTL ${key}`, 900_000, 1_000_000)
  await ask(alice, `PEXPIRE ${key} 5000000`, ':1\r\n')
  await expectBetween(alice, `TTL ${key}`, 4900, 5000)
  await ask(alice, `PERSIST ${key}`, ':1\r\n')
  await ask(alice, `PERSIST ${key}`, ':0\r\n')
  await ask(alice, `TTL ${key}`, ':-1\r\n')
  await ask(alice, `SET ${key} 1 PX 7000000`, OK)
  await expectBetween(alice, `TTL ${key}`, 6900, 7000)
  await ask(alice, `SET ${key} 1`, OK)
  await ask(alice, `PTTL ${key}`, ':-1\r\n')
  await ask(alice, `EXPIRE ${key} soon`, NOT_AN_INTEGER)
  await ask(alice, `EXPIRE ${key} 9223372036854775807`, "-ERR invalid expire time in 'expire' command\r\n")
  await ask(alice, `EXPIRE ${key} -1`, ':1\r\n')
  await ask(alice, `GET ${key}`, NIL)
  await ask(alice, `RPUSH ${key} one`, ':1\r\n')
  await ask(alice, `EXPIRE ${key} 1000`, ':1\r\n')
  await ask(alice, `RPUSH ${key} two`, ':2\r\n')
  await expectBetween(alice, `TTL ${key}`, 900, 1000)
  await ask(alice, `DEL ${key}`, ':1\r\n')
  await ask(alice, `INCR ${key}`, ':1\r\n')
  await ask(alice, `TTL ${key}`, ':-1\r\n')
  await ask(alice, `SET ${key} 2 NX EX 1000`, NIL)
  await ask(alice, `TTL ${key}`, ':-1\r\n')
  await ask(alice, `SET ${key} 3 EX 1000`, OK)
  await ask(alice, `MSET ${key} 4`, OK)
  await ask(alice, `TTL ${key}`, ':-1\r\n')
})

test(
  'forgets a key when its time is up, and no other key',
  meanwhile(async () => {
    const server = await startServer()
    const alice = await server.connect('alice')
    const word = random.word()
    const expiring = ['get', 'incr', 'append', 'exists', 'del', 'type', 'nx', 'keys', 'ttl']

    await ask(alice, `SET ${word}:again old PX 300`, OK)
    await ask(alice, 'FLUSHALL', OK)
    await ask(alice, `SET ${word}:again new`, OK)
    await ask(alice, `SET ${word}:minute 1 EX 60`, OK)
    await ask(alice, `SET ${word}:months 1 EX 9000000`, OK)
    await ask(alice, `SET ${word}:renewed old PX 300`, OK)
    await ask(alice, `SET ${word}:renewed new`, OK)
    // Nobody asks for these before their time is over, so no GET can have forgotten them.
    await alice.send(expiring.map((name) => command('SET', `${word}:${name}`, '1', 'PX', '400')).join(''))
    await alice.expect(expiring.map(() => OK).join(''))
    await alice.send(
      `${command('HSET', `${word}:hash`, 'a', '1')}${command('PEXPIRE', `${word}:hash`, '400')}`,
    )
    await alice.expect(':1\r\n:1\r\n')

    await ask(alice, `SET ${word}:last 1 PX 600`, OK)
    await askUntil(alice, command('GET', `${word}:last`), { before: bulk('1'), after: NIL, seconds: 3 })
    await ask(alice, `GET ${word}:get`, NIL)
    await ask(alice, `INCR ${word}:incr`, ':1\r\n')
    await ask(alice, `APPEND ${word}:append abc`, ':3\r\n')
    await ask(alice, `EXISTS ${word}:exists`, ':0\r\n')
    await ask(alice, `DEL ${word}:del`, ':0\r\n')
    await ask(alice, `TYPE ${word}:type`, '+none\r\n')
    await ask(alice, `SET ${word}:nx 2 NX`, OK)
    await ask(alice, `KEYS ${word}:keys`, '*0\r\n')
    await ask(alice, `TTL ${word}:ttl`, ':-2\r\n')
    await ask(alice, `HSET ${word}:hash b 2`, ':1\r\n')
    await ask(alice, `HGETALL ${word}:hash`, array(['b', '2']))
    await ask(alice, `MGET ${word}:minute ${word}:months`, array(['1', '1']))
    await ask(alice, `MGET ${word}:renewed ${word}:again`, array(['new', 'new']))
  }),
)

test('speaks RESP3 after HELLO 3, to that client only', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const key = random.word()

  await ask(alice, `HSET ${key} field value`, ':1\r\n')
  await hello(alice, '3', '%7')
  await ask(alice, `HGETALL ${key}`, `%1\r\n${bulk('field')}${bulk('value')}`)
  await ask(alice, `HGETALL ${key}:missing`, '%0\r\n')
  await ask(alice, `GET ${key}:missing`, '_\r\n')
  await ask(alice, `MGET ${key}:missing`, '*1\r\n_\r\n')
  await ask(bob, `HGETALL ${key}`, array(['field', 'value']))
  await ask(bob, `GET ${key}:missing`, NIL)
  await hello(bob, '2', '*14', 'HELLO')
  await expectError(alice, 'HELLO 4', 'NOPROTO')
  await expectError(alice, 'HELLO there', 'ERR Protocol version is not an integer')
  await ask(alice, `GET ${key}:missing`, '_\r\n')
  await hello(alice, '2', '*14')
  await ask(alice, `GET ${key}:missing`, NIL)
})

test('answers what clients ask when they connect', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await ask(alice, `CLIENT SETNAME ${random.word()}`, OK)
  await expectError(alice, 'CLIENT DANCE', "ERR unknown subcommand 'DANCE'")
  await ask(alice, 'SELECT 0', OK)
  await ask(alice, 'SELECT 9999', '-ERR DB index is out of range\r\n')
})

test('sends every answer before it hangs up after QUIT', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const key = random.word()
  const value = random.bytes(MIB)
  const wanted = Array.from({ length: 16 }, () => command('GET', key))

  await ask(bob, ['SET', key, value], OK)
  alice.pause()
  await alice.send(`${wanted.join('')}${command('QUIT')}${command('DEL', key)}`)
  await ask(bob, 'PING', PONG)
  alice.resume()

  const answer = Buffer.concat([Buffer.from(`$${value.length}\r\n`), value, Buffer.from('\r\n')])
  await alice.expect(wanted.map(() => answer))
  await alice.expect(OK)
  await alice.expectEnd()
  await ask(bob, `EXISTS ${key}`, ':1\r\n')

  // The same in two segments. Carol's answers do not get through, so her connection is still there.
  const carol = await server.connect('carol')
  carol.pause()
  await carol.send(`${wanted.join('')}${command('QUIT')}`)
  await server.untilIdle()
  await carol.send(command('DEL', key))
  await server.untilIdle()
  await ask(bob, `EXISTS ${key}`, ':1\r\n')
  await carol.reset()
})

test('drops half a command of a client that leaves', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const key = random.word()
  const whole = command('SET', key, 'half')

  await ask(alice, `SET ${key} 1`, OK)
  await bob.sendInPieces(whole.slice(0, -4), [whole.length])
  await ask(alice, `INCR ${key}`, ':2\r\n')
  await bob.reset()
  await ask(alice, `INCR ${key}`, ':3\r\n')

  const carol = await server.connect('carol')
  await carol.send(whole.slice(0, -4))
  await carol.end()
  await carol.expectEnd()
  const dave = await server.connect('dave')
  await ask(dave, `GET ${key}`, bulk('3'))
})

test('serves node-redis', async () => {
  const server = await startServer()
  const open = ({ host, port }: Address) => createClient({ socket: { host, port } })
  const client = await server.drive('node-redis', open, (each) => each.destroy())
  const word = random.word()

  client.on('error', () => {})
  await expectDone(client.connect(), 'let node-redis connect')
  await expectSame(client.set(word, 'é', { EX: 60 }), 'OK', `answer SET ${word} with`)
  await expectSame(
    Promise.all([client.get(word), client.strLen(word)]),
    ['é', 2],
    'answer GET and STRLEN with',
  )
  await expectSame(client.rPush(`${word}:list`, ['one', 'two']), 2, 'answer RPUSH with')
  await expectSame(client.lRange(`${word}:list`, 0, -1), ['one', 'two'], 'answer LRANGE with')
  await expectSame(client.hSet(`${word}:hash`, { name: 'bob' }), 1, 'answer HSET with')
  await expectSame(client.hGetAll(`${word}:hash`), { name: 'bob' }, 'answer HGETALL with')
})

test('serves ioredis', async () => {
  const server = await startServer()
  const redis = await ioredis(server)
  const word = random.word()
  const value = Buffer.from(random.bytes(3000))

  await expectSame(redis.info().then(versionIn), 'redis_version', 'answer INFO with a line that begins with')
  const kindOf = (value: unknown) => (Array.isArray(value) ? 'an array' : value)
  await expectSame(redis.call('COMMAND').then(kindOf), 'an array', 'answer COMMAND with')
  await expectSame(redis.set(word, value), 'OK', `answer SET ${word} with`)
  await expectSame(redis.getBuffer(word), value, `answer GET ${word} with`)
  const names = ['h\nllo', 'h?llo', 'hallo', 'hello', 'hxxlo'].map((name) => `${word}:${name}`)
  await expectSame(redis.mset(...names.flatMap((name) => [name, 1])), 'OK', 'answer MSET with')
  await expectSame(keys(redis, '*:*'), names, 'answer KEYS *:* with')
  await expectSame(keys(redis, '*h?llo'), names.slice(0, 4), 'answer KEYS *h?llo with')
  await expectSame(keys(redis, '*h[ab-d]l*'), names.slice(2, 3), 'answer KEYS *h[ab-d]l* with')
  await expectSame(keys(redis, '*h[^a?]llo'), [names[0], names[3]], 'answer KEYS *h[^a?]llo with')
  await expectSame(keys(redis, '*h\\?llo'), names.slice(1, 2), 'answer KEYS *h\\?llo with')
  await expectSame(keys(redis, '*.*'), [], 'answer KEYS *.* with')
  await expectSame(keys(redis, 'h?ll'), [], 'answer KEYS h?ll with')
  await expectRejected(redis.incr(word), { message: /^ERR value is not an integer/ }, 'reject INCR of bytes')
  const all = redis.pipeline().hset(`${word}:h`, { a: 1, b: 2 }).hgetall(`${word}:h`).llen(word).exec()
  await expectSame(
    all.then((results) => results?.map(([error, each]) => error?.message.slice(0, 9) ?? each)),
    [2, { a: '1', b: '2' }, 'WRONGTYPE'],
    'answer a pipeline of HSET, HGETALL and LLEN with',
  )
})

type Bytes = string | Uint8Array

/** A command as clients send it: an array of bulk strings. */
function command(...words: string[]): string {
  return `*${words.length}\r\n${words.map(bulk).join('')}`
}

function bulk(text: string): string {
  return `$${Buffer.byteLength(text)}\r\n${text}\r\n`
}

function array(texts: string[]): string {
  return `*${texts.length}\r\n${texts.map(bulk).join('')}`
}

/** Sends a command, given as its words or as a line of words, and expects this answer. */
async function ask(peer: Peer, words: string | Bytes[], answer: Bytes | Bytes[]): Promise<void> {
  await send(peer, words)
  await peer.expect(Buffer.concat([answer].flat().map((part) => Buffer.from(part))))
}

async function send(peer: Peer, words: string | Bytes[]): Promise<void> {
  const all = typeof words === 'string' ? words.split(' ') : words
  const parts = all.flatMap((word) => [`$${Buffer.byteLength(word)}\r\n`, word, '\r\n'])
  await peer.send(Buffer.concat([`*${all.length}\r\n`, ...parts].map((part) => Buffer.from(part))))
}

async function refusesToCount(peer: Peer, key: string, value: string): Promise<void> {
  await ask(peer, ['SET', key, value], OK)
  await ask(peer, `INCR ${key}`, NOT_AN_INTEGER)
}

/** An error whose text begins like this. */
async function expectError(peer: Peer, words: string | Bytes[], text: string): Promise<void> {
  await send(peer, words)
  const line = await peer.readLine()
  await expectSame(line.slice(0, text.length + 1), `-${text}`, 'answer with an error that begins with')
}

async function expectBetween(peer: Peer, words: string, least: number, most: number): Promise<void> {
  await send(peer, words)
  const line = await peer.readLine()
  const number = Number(line.slice(1))
  const range = `an integer from ${least} to ${most}`
  const within = number >= least && number <= most
  await expectSame(within ? range : line.trim(), range, `answer ${words} with`)
}

async function expectHangUp(server: Server, name: string, bytes: string, why: string): Promise<void> {
  const peer = await server.connect(name)
  await peer.send(`${command('PING')}${bytes}`)
  await peer.expect(`${PONG}-ERR Protocol error: ${why}\r\n`)
  await peer.expectEnd()
}

/** Says hello, and reads past what the server says of itself, up to its last field. */
async function hello(peer: Peer, version: string, head: string, words = `HELLO ${version}`): Promise<void> {
  await send(peer, words)
  await peer.expect(`${head}\r\n${bulk('server')}${bulk('redis')}${bulk('version')}`)
  await peer.readLines(2)
  await peer.expect(`${bulk('proto')}:${version}\r\n`)
  await peer.expect(bulk('id'))
  await peer.readLine()
  await peer.expect(`${bulk('mode')}${bulk('standalone')}${bulk('role')}${bulk('master')}`)
  await peer.expect(`${bulk('modules')}*0\r\n`)
}

function ioredis(server: Server): Promise<Redis> {
  const open = ({ host, port }: Address) => new Redis({ host, port })
  return server.drive('ioredis', open, (redis) => redis.disconnect())
}

function keys(redis: Redis, glob: string): Promise<string[]> {
  return redis.keys(glob).then((names) => names.sort())
}

function versionIn(info: string): string {
  return /^redis_version(?=:\d)/m.exec(info)?.[0] ?? info.slice(0, 60)
}
