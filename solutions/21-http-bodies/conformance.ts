import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ConformancePiece, Prepare, RunningServer } from '#conformance'

const SECRET = 'a secret that nobody may be told'
const BIG_BYTES = 3_000_000

export const prepare: Prepare = (folder) => {
  writeFileSync(join(folder, 'page.html'), `<p>${'text '.repeat(200)}</p>\n`)
  writeFileSync(join(folder, 'secret.txt'), SECRET)
  writeFileSync(join(folder, 'big.bin'), Buffer.alloc(BIG_BYTES, 'big '))
  return { ROOT: folder }
}

/** What stands behind each malformed request: whoever answers it has been smuggled to. */
const HIDDEN = 'GET /secret.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'

/**
 * Requests that must be refused, or after which the connection must end: name, head without its last
 * empty line, body, and answers allowed besides 400.
 */
const MALFORMED: [name: string, head: string, body?: string, also?: number[]][] = [
  ...[
    '5, 6',
    '5,5,6',
    '+5',
    '-5',
    '0x5',
    '5e0',
    '5.0',
    '5 5',
    '5;',
    '"5"',
    'five',
    '',
    '٥',
    '5\r\nContent-Length: 6',
    '99999999999999999999',
  ].map((value): [string, string, string] => [
    `Content-Length: ${value}`,
    `POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: ${value}`,
    'hello',
  ]),
  ...[
    'identity',
    'gzip',
    'xchunked',
    'chunkedx',
    'chunked, identity',
    'chunked\r\nTransfer-Encoding: identity',
    '"chunked"',
    'chunked;q=1',
    '',
  ].map((value): [string, string, string, number[]] => [
    `Transfer-Encoding: ${value}`,
    `POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ${value}`,
    '',
    [501],
  ]),
  ...[
    'xyz\r\nhello\r\n0\r\n\r\n',
    '0x5\r\nhello\r\n0\r\n\r\n',
    '5x\r\nhello\r\n0\r\n\r\n',
    '-5\r\nhello\r\n0\r\n\r\n',
    '+5\r\nhello\r\n0\r\n\r\n',
    '5.0\r\nhello\r\n0\r\n\r\n',
    ';x\r\nhello\r\n0\r\n\r\n',
    '\r\nhello\r\n0\r\n\r\n',
    '5\nhello\r\n0\r\n\r\n',
    '5 5\r\nhello\r\n0\r\n\r\n',
    '100000005\r\nhello\r\n0\r\n\r\n',
    '10000000000000005\r\nhello\r\n0\r\n\r\n',
    'ffffffffffffffffffff\r\nhello\r\n0\r\n\r\n',
    '5\r\nhello!\r\n0\r\n\r\n',
    '5\r\nhello\n0\r\n\r\n',
    '5\r\nhello0\r\n\r\n',
    '4\r\nhello\r\n0\r\n\r\n',
    '0\r\nno colon\r\n\r\n',
    '0\r\nX : y\r\n\r\n',
    '0\r\n folded\r\n\r\n',
  ].map((body): [string, string, string] => [
    `chunks ${JSON.stringify(body)}`,
    'POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked',
    body,
  ]),
  ['a space before the colon', 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length : 5', 'hello'],
  ['a tab before the colon', 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length\t: 5', 'hello'],
  ['a space before the name', 'POST /echo HTTP/1.1\r\n Host: a\r\nHost: a\r\nContent-Length: 5', 'hello'],
  ['a folded length', 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n 5', 'hello'],
  ['a field with no name', 'POST /echo HTTP/1.1\r\nHost: a\r\n: 5', ''],
  ['a field with no colon', 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length 5', 'hello'],
  ['a NUL in a value', 'POST /echo HTTP/1.1\r\nHost: a\r\nX: a\0b', ''],
  ['a NUL in a name', 'POST /echo HTTP/1.1\r\nHost: a\r\nX\0: a', ''],
  ['a bare CR in a value', 'POST /echo HTTP/1.1\r\nHost: a\r\nX: a\rContent-Length: 5', ''],
  [
    'a vertical tab before chunked',
    'POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\vchunked',
    '0\r\n\r\n',
    [501],
  ],
  [
    'both lengths',
    'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked',
    '0\r\n\r\n',
    [200],
  ],
  [
    'both lengths, the other way',
    'POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 0',
    '5\r\nhello\r\n0\r\n\r\n',
    [200],
  ],
  [
    'chunks in HTTP/1.0',
    'POST /echo HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked',
    '0\r\n\r\n',
    [200],
  ],
  ['no Host', 'POST /echo HTTP/1.1\r\nContent-Length: 5', 'hello'],
  ['two Hosts', 'POST /echo HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 5', 'hello'],
]

export const pieces: ConformancePiece[] = [
  {
    name: `${MALFORMED.length} malformed requests, each with another one behind it`,
    async run(server) {
      for (const [name, head, body = '', also = []] of MALFORMED)
        await expectRefused(server, { name, head, body, also })
    },
  },
  {
    name: 'ab -k, which speaks HTTP/1.0',
    needs: ['ab'],
    async run({ host, port, run }) {
      const { stdout } = await run([
        'ab',
        '-q',
        '-k',
        '-n',
        '500',
        '-c',
        '10',
        `http://${host}:${port}/page.html`,
      ])
      expectMatch(
        stdout,
        /Keep-Alive requests: +500\n/,
        'ab should keep its connections for all 500 requests',
      )
      expectMatch(stdout, /Failed requests: +0\n/, 'ab should see no request fail')
    },
  },
  {
    name: 'wrk, 8 connections',
    needs: ['wrk'],
    async run({ host, port, run }) {
      const { stdout } = await run(['wrk', '-t1', '-c8', '-d1', `http://${host}:${port}/page.html`])
      if (/Socket errors|Non-2xx/.test(stdout)) throw new Error(`wrk should see no errors:\n${stdout}`)
    },
  },
  {
    name: 'httperf, bursts of 3 requests in a segment',
    needs: ['httperf'],
    async run({ host, port, run }) {
      const load = ['--num-conns=20', '--num-calls=9', '--burst-length=3', '--uri=/page.html']
      const { stdout } = await run(['httperf', '--hog', `--server=${host}`, `--port=${port}`, ...load])
      expectMatch(stdout, /replies 180 /, 'httperf should get 180 replies')
      expectMatch(stdout, /2xx=180 /, 'httperf should get 180 times 200')
    },
  },
  {
    name: 'h2load --h1, two requests under way on each connection',
    needs: ['h2load'],
    async run({ host, port, run }) {
      const { stdout } = await run([
        'h2load',
        '--h1',
        '-n',
        '400',
        '-c',
        '4',
        '-m',
        '2',
        `http://${host}:${port}/page.html`,
      ])
      expectMatch(stdout, /400 succeeded, 0 failed, 0 errored/, 'h2load should succeed 400 times')
    },
  },
  {
    name: 'curl: -T from a file and from a pipe, --http1.0, -r, -C and two URLs',
    needs: ['curl'],
    async run({ host, port, folder, run }) {
      const url = `http://${host}:${port}`
      const big = join(folder, 'big.bin')
      const curl = async (...args: string[]) => (await run(['curl', '-sS', ...args])).stdout
      const sizes = await curl(
        '-X',
        'POST',
        '-T',
        big,
        '-v',
        `${url}/echo`,
        '-o',
        join(folder, 'sent'),
        '-w',
        '%{size_download}',
      )
      if (sizes !== `${BIG_BYTES}`)
        throw new Error(`curl -T should get its ${BIG_BYTES} bytes back, but got ${sizes}.`)
      await run(['cmp', big, join(folder, 'sent')])
      await run([
        'sh',
        '-c',
        `cat '${big}' | curl -sS -X POST -T - '${url}/echo' -o '${folder}/piped' && cmp '${big}' '${folder}/piped'`,
      ])
      if ((await curl('--http1.0', `${url}/stream/3`)) !== 'line 1\nline 2\nline 3\n')
        throw new Error('curl --http1.0 should get three lines.')
      if ((await curl('-r', '3-6', `${url}/page.html`)) !== 'text')
        throw new Error('curl -r 3-6 should get "text".')
      await run([
        'sh',
        '-c',
        `head -c 1000000 '${big}' > '${folder}/part' && curl -sS -C - '${url}/big.bin' -o '${folder}/part' && cmp '${big}' '${folder}/part'`,
      ])
      const opened = await curl(
        '-o',
        '/dev/null',
        '-o',
        '/dev/null',
        '-w',
        '%{num_connects} ',
        `${url}/page.html`,
        `${url}/page.html`,
      )
      if (opened !== '1 0 ')
        throw new Error(`curl should open one connection for two URLs, but opened ${opened}.`)
    },
  },
  {
    name: "Python's http.client, one connection for all",
    needs: ['python3'],
    async run({ host, port, run }) {
      await run(['python3', '-c', PYTHON, host, `${port}`])
    },
  },
]

const PYTHON = `
import http.client, sys
c = http.client.HTTPConnection(sys.argv[1], int(sys.argv[2]), timeout=20)
def ask(*args, **more):
    c.request(*args, **more)
    r = c.getresponse()
    return r.status, r.read()
c.connect()
first = c.sock
for n in range(20):
    assert ask('GET', '/page.html')[0] == 200
    assert ask('POST', '/echo', body=b'x' * n) == (200, b'x' * n)
    assert ask('POST', '/echo', body=iter([b'a', b'b' * n]), encode_chunked=True, headers={'Transfer-Encoding': 'chunked'}) == (200, b'a' + b'b' * n)
    assert ask('HEAD', '/page.html') == (200, b'')
    assert ask('POST', '/page.html', body=b'GET / HTTP/1.1')[0] == 405
assert ask('GET', '/stream/10')[1].endswith(b'line 10\\n')
c.request('GET', '/page.html')
r = c.getresponse()
tag = r.getheader('ETag'); r.read()
assert ask('GET', '/page.html', headers={'If-None-Match': tag}) == (304, b'')
assert c.sock is first, 'a second connection'
`

async function expectRefused(
  server: RunningServer,
  { name, head, body, also }: { name: string; head: string; body: string; also: number[] },
): Promise<void> {
  const answer = (await server.exchange(`${head}\r\n\r\n${body}${HIDDEN}`)).toString('latin1')
  if (answer.includes(SECRET))
    throw new Error(`${name}: what stands behind it should not be answered, but it was.`)
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1])
  if (status === 400 || also.includes(status)) return
  // Half an answer was out, and could only be broken off.
  if (status === 200 && head.includes('chunked') && !answer.endsWith('0\r\n\r\n')) return
  throw new Error(`${name}: the server should answer 400, but answered ${answer.slice(0, 40) || 'nothing'}.`)
}

function expectMatch(text: string, pattern: RegExp, sentence: string): void {
  if (!pattern.test(text)) throw new Error(`${sentence}:\n${text.trim().split('\n').slice(-25).join('\n')}`)
}
