import type { ConformancePiece, RunningServer } from '#conformance'

const PYTHON = '/usr/bin/python3'
const PYTHON_REDIS = '/usr/lib/python3/dist-packages/redis'
const PIPED = 100_000

export const pieces: ConformancePiece[] = [
  {
    name: 'redis-cli, commands and their answers',
    needs: ['redis-cli'],
    async run(server) {
      await expectAnswer(server, ['set', 'greeting', 'hello, you'], 'OK')
      await expectAnswer(server, ['get', 'greeting'], 'hello, you')
      await expectAnswer(server, ['rpush', 'list', 'a', 'b'], '2')
      await expectAnswer(server, ['lrange', 'list', '0', '-1'], 'a\nb')
      await expectAnswer(server, ['-3', 'hset', 'hash', 'field', 'value'], '1')
      await expectAnswer(server, ['-3', '--json', 'hgetall', 'hash'], '{"field":"value"}')
      await expectAnswer(server, ['get', 'nobody'], '')
    },
  },
  {
    name: `redis-cli --pipe, ${PIPED} commands`,
    needs: ['redis-cli'],
    async run(server) {
      const input = Array.from({ length: PIPED }, (_, i) => `SET key:${i} ${i}\r\n`).join('')
      const { stdout } = await server.run([...cli(server), '--pipe'], { input })
      if (!stdout.includes(`errors: 0, replies: ${PIPED}`))
        throw new Error(`redis-cli --pipe says: ${stdout}`)
      await expectAnswer(server, ['dbsize'], `${PIPED}`)
    },
  },
  {
    name: 'redis-benchmark, its own list of tests, one command at a time',
    needs: ['redis-benchmark'],
    run: (server) => benchmark(server, ['-P', '1', '-n', '5000']),
  },
  {
    name: 'redis-benchmark -P 16',
    needs: ['redis-benchmark'],
    run: (server) => benchmark(server, ['-P', '16', '-n', '10000']),
  },
  {
    name: 'redis-benchmark -P 64',
    needs: ['redis-benchmark'],
    run: (server) => benchmark(server, ['-P', '64', '-n', '10000']),
  },
  {
    name: 'redis-benchmark -d 200000',
    needs: ['redis-benchmark'],
    run: (server) => benchmark(server, ['-d', '200000', '-n', '1000'], 'set,get'),
  },
  {
    name: "Python's redis",
    needs: [PYTHON, PYTHON_REDIS],
    async run(server) {
      await server.run([PYTHON, '-c', CLIENT, server.host, `${server.port}`])
    },
  },
]

const CLIENT = `
import sys, redis
r = redis.Redis(sys.argv[1], int(sys.argv[2]))
every = bytes(range(256)) * 1000
assert r.set("bytes", every) and r.get("bytes") == every
assert r.set("lock", "1", nx=True, px=60000) and r.set("lock", "2", nx=True) is None
assert 0 < r.pttl("lock") <= 60000
pipeline = r.pipeline(transaction=False)
for i in range(1000):
    pipeline.rpush("list", i)
assert pipeline.execute() == list(range(1, 1001))
assert r.lrange("list", -2, -1) == [b"998", b"999"]
r.hset("hash", mapping={"a": 1, "b": 2})
assert r.hgetall("hash") == {b"a": b"1", b"b": b"2"}
assert sorted(r.keys("l*")) == [b"list", b"lock"]
try:
    r.incr("list")
    raise SystemExit("INCR of a list should be refused")
except redis.ResponseError as error:
    assert str(error).startswith("WRONGTYPE"), error
`

function cli({ host, port }: RunningServer): [string, ...string[]] {
  return ['redis-cli', '-h', host, '-p', `${port}`]
}

async function expectAnswer(server: RunningServer, words: string[], answer: string): Promise<void> {
  const { stdout } = await server.run([...cli(server), ...words])
  if (stdout.trim() !== answer)
    throw new Error(`redis-cli ${words.join(' ')} should print "${answer}", but printed "${stdout.trim()}".`)
}

async function benchmark(
  server: RunningServer,
  load: string[],
  tests = 'ping,set,get,incr,lpush,rpush,lpop,rpop,hset,lrange_100,mset',
): Promise<void> {
  const address = ['-h', server.host, '-p', `${server.port}`]
  const { stdout } = await server.run(['redis-benchmark', ...address, '--csv', '-t', tests, ...load])
  if (!/"GET","[\d.]+"/.test(stdout))
    throw new Error(`redis-benchmark should measure GET, but says: ${stdout}`)
}
