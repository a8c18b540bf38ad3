import type { ConformancePiece, RunningServer } from '#conformance'

const PYTHON = '/usr/bin/python3'
const PYTHON_REDIS = '/usr/lib/python3/dist-packages/redis'

/**
 * The units of Redis's own tests, each with how many of its tests need no command but those of 23 and 24. Left out are the others, which
 * need SETNX, GETEX, LMPOP, OBJECT, CONFIG and so on, options of EXPIRE and SET that we do not have, or DBSIZE to forget what
 * nobody has asked for. Of hashes, one is left: the others begin with HLEN. The unit of lists stops for good at its first BLMPOP.
 */
const UNITS = {
  'unit/protocol': 14,
  'unit/quit': 3,
  'unit/type/incr': 10,
  'unit/type/string': 20,
  'unit/type/hash': 1,
  'unit/expire': 13,
  'unit/keyspace': 16,
  'unit/pubsub': 14,
  'unit/multi': 18,
}
/** They leave a transaction open behind a command that we do not have, in which all others would then run. */
const SKIPPED = ['EXEC fails if there are errors while queueing commands #2']
const TESTS = Object.values(UNITS).reduce((sum, count) => sum + count, 0)

export const pieces: ConformancePiece[] = [
  {
    name: "Python's redis: a subscriber, a transaction, a queue",
    needs: [PYTHON, PYTHON_REDIS],
    async run({ host, port, run }) {
      await run([PYTHON, '-c', CLIENT, host, `${port}`])
    },
  },
  {
    name: 'redis-cli, a transaction and a queue',
    needs: ['redis-cli'],
    async run({ host, port, run }) {
      const input = 'MULTI\nRPUSH queue a b\nLLEN queue\nEXEC\nBLPOP queue 1\nPUBLISH news hello\n'
      const { stdout } = await run(['redis-cli', '-h', host, '-p', `${port}`], { input })
      const answers = stdout.trim().split(/\s+/).join(' ')
      if (answers !== 'OK QUEUED QUEUED 2 2 queue a 0') throw new Error(`redis-cli prints "${answers}".`)
    },
  },
  // The suite takes half a minute and fetches 13 MB, so it has to be asked for: REDIS_TESTS=1 npm run conformance 24.
  ...(process.env.REDIS_TESTS === undefined
    ? []
    : [
        {
          name: `${TESTS} of Redis's own tests`,
          needs: ['tclsh', 'apt-get', 'dpkg-source'],
          run: redisTests,
        },
      ]),
]

async function redisTests(server: RunningServer): Promise<void> {
  const { host, port, folder, run } = server
  await run(['sh', '-ec', FETCH, folder])
  const address = ['--host', host, '--port', `${port}`, '--singledb', '--durable']
  const skip = SKIPPED.flatMap((title) => ['--skiptest', title])
  const tags = ['--ignore-encoding', '--ignore-digest', '--tags', '-needs:debug -resp3 -slow -large-memory']
  const problems: string[] = []
  for (const [unit, wanted] of Object.entries(UNITS)) {
    const command = `cd "$0"/redis-7* && exec ./runtest "$@"`
    const all = [...address, '--single', unit, ...skip, ...tags]
    const { stdout } = await run(['sh', '-c', command, folder, ...all], { mayFail: true })
    const passed = stdout.split('\n').filter((line) => /^\S*\[\S*ok\S*\]/.test(line)).length
    if (passed < wanted) problems.push(`${unit}: ${passed} of ${wanted}`)
  }
  if (problems.length > 0) throw new Error(`Fewer of Redis's tests pass than should: ${problems.join(', ')}.`)
}

/**
 * Debian's sources of Redis, with its tests, into a folder of ours: apt's own lists and settings stay as they are. Two lines are changed, as
 * their commands would end a unit before its first test: FUNCTION FLUSH and CONFIG.
 */
const FETCH = `
cd "$0"
mkdir -p lists/partial cache/archives/partial
sed 's/^Types: deb$/Types: deb-src/' /etc/apt/sources.list.d/debian.sources > src.sources
apt() {
  apt-get -qq -o Dir::Etc::sourcelist="$PWD/src.sources" -o Dir::Etc::sourceparts=/dev/null \\
    -o Dir::State::lists="$PWD/lists" -o Dir::Cache="$PWD/cache" "$@"
}
apt update
apt source redis
sed -i -e 's/^ *r function flush/catch {&}/' -e 's/^ *dict set saved_config .*/dict set saved_config $param {}/' \\
  -e 's/^ *r config set $param $val/catch {&}/' redis-7*/tests/support/server.tcl
`

const CLIENT = `
import sys, threading, redis
r = redis.Redis(sys.argv[1], int(sys.argv[2]))
p = r.pubsub()
p.subscribe("news")
p.psubscribe("n*")
assert [p.get_message(timeout=5)["type"] for _ in range(2)] == ["subscribe", "psubscribe"]
assert r.publish("news", b"\\xff") == 2
assert [p.get_message(timeout=5)["data"] for _ in range(2)] == [b"\\xff", b"\\xff"]
with r.pipeline() as transaction:
    transaction.watch("stock")
    transaction.multi()
    transaction.set("stock", 4).incr("stock")
    assert transaction.execute() == [True, 5]
with r.pipeline() as transaction:
    transaction.watch("stock")
    r.set("stock", 3)
    transaction.multi()
    transaction.incr("stock")
    try:
        transaction.execute()
        raise SystemExit("EXEC should be aborted")
    except redis.WatchError:
        pass
got = []
worker = threading.Thread(target=lambda: got.append(redis.Redis(sys.argv[1], int(sys.argv[2])).blpop("queue", 30)))
worker.start()
r.rpush("queue", "job")
worker.join()
assert got == [(b"queue", b"job")], got
assert r.blpop("queue", 0.1) is None
`
