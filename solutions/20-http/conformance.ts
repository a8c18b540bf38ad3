import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ConformancePiece, Prepare } from '#conformance'
import { REQUESTS } from './requests.ts'

const HELLO = 'hello\n'
const BIG_BYTES = 1024 * 1024

/** ROOT with a few files, and one beside it. */
export const prepare: Prepare = (folder) => {
  const root = join(folder, 'site')
  mkdirSync(join(root, 'sub'), { recursive: true })
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  writeFileSync(join(root, 'index.html'), '<p>top</p>')
  writeFileSync(join(root, 'hello.txt'), HELLO)
  writeFileSync(join(root, 'sub/index.html'), '<p>sub</p>')
  writeFileSync(join(root, 'big.bin'), Buffer.alloc(BIG_BYTES, 'big '))
  return { ROOT: root }
}

/** What curl is to print for these options: the status, and how many bytes of a body it got. */
const CURLS: [options: string[], path: string, printed: RegExp][] = [
  [[], '/hello.txt', /^200 6$/],
  [['--http1.0'], '/hello.txt', /^200 6$/],
  [['--http1.0', '-H', 'Host:'], '/hello.txt', /^200 6$/],
  [['--head'], '/hello.txt', /^200 0$/],
  [['--compressed'], '/big.bin', /^200 1048576$/],
  [['--range', '0-3'], '/hello.txt', /^20[06] [46]$/],
  [['--path-as-is'], '/../secret.txt', /^40[034] /],
  [['--path-as-is'], '/sub/../../secret.txt', /^40[034] /],
  [['--path-as-is'], '/%2e%2e/secret.txt', /^40[034] /],
  [[], '/sub/', /^200 10$/],
  [['-H', 'Host:'], '/hello.txt', /^400 /],
  [['--data', 'a=b'], '/hello.txt', /^405 /],
  [['--request', 'DELETE'], '/hello.txt', /^405 /],
  [['--upload-file', 'big.bin'], '/hello.txt', /^405 /],
  [['--request-target', 'http://other.example/hello.txt'], '/', /^200 6$/],
]

const PYTHON = `
import http.client, sys
host, port, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])

def ask(method, path, body=None):
    connection = http.client.HTTPConnection(host, port, timeout=20)
    connection.request(method, path, body)
    response = connection.getresponse()
    return response.status, len(response.read()), response.getheader('Content-Length')

assert ask('GET', '/hello.txt') == (200, 6, '6'), 'GET /hello.txt'
assert ask('GET', '/big.bin') == (200, size, str(size)), 'GET /big.bin'
assert ask('HEAD', '/big.bin') == (200, 0, str(size)), 'HEAD /big.bin'
assert ask('POST', '/big.bin', b'x' * size)[0] == 405, 'POST /big.bin'
assert ask('GET', '/nothing')[0] == 404, 'GET /nothing'
`

export const pieces: ConformancePiece[] = [
  {
    name: 'wrk, 8 connections for 2 s',
    needs: ['wrk'],
    async run({ host, port, run }) {
      const { stdout } = await run(['wrk', '-t1', '-c8', '-d2s', `http://${host}:${port}/hello.txt`])
      const [, requests] = /(\d+) requests in/.exec(stdout) ?? []
      if (Number(requests ?? 0) < 20)
        throw new Error(`wrk should have its answers: it counts ${requests ?? 'none'}.`)
      if (/Non-2xx|Socket errors/.test(stdout))
        throw new Error(
          `wrk reports ${stdout
            .split('\n')
            .find((line) => /Non|Socket/.test(line))
            ?.trim()}.`,
        )
    },
  },
  {
    name: 'ab, 500 requests by 8 clients',
    needs: ['ab'],
    async run({ host, port, run }) {
      const { stdout } = await run(['ab', '-q', '-n', '500', '-c', '8', `http://${host}:${port}/hello.txt`])
      if (!/Complete requests: +500/.test(stdout)) throw new Error('ab should have 500 answers.')
      if (!/Failed requests: +0/.test(stdout) || /Non-2xx/.test(stdout))
        throw new Error('ab should have no failed requests.')
    },
  },
  {
    name: `curl, with ${CURLS.length} sets of options`,
    needs: ['curl'],
    async run({ host, port, folder, run }) {
      for (const [options, path, printed] of CURLS) {
        const own = options.map((each) => (each === 'big.bin' ? join(folder, 'site/big.bin') : each))
        const url = `http://${host}:${port}${path}`
        const write = ['-sS', '-o', '/dev/null', '-w', '%{http_code} %{size_download}']
        const { stdout } = await run(['curl', ...write, ...own, url])
        if (!printed.test(stdout))
          throw new Error(
            `curl ${options.join(' ')} ${path} should get ${printed.source}, but got ${stdout}.`,
          )
      }
    },
  },
  {
    name: "python3's http.client",
    needs: ['python3'],
    async run({ host, port, run }) {
      await run(['python3', '-', host, `${port}`, `${BIG_BYTES}`], { input: PYTHON })
    },
  },
  {
    name: 'slowhttptest, 100 heads that never end',
    needs: ['slowhttptest'],
    async run({ host, port, run }) {
      const slow = [
        '-H',
        '-c',
        '100',
        '-r',
        '100',
        '-i',
        '1',
        '-l',
        '4',
        '-p',
        '2',
        '-u',
        `http://${host}:${port}/`,
      ]
      const { stdout } = await run(['slowhttptest', ...slow])
      if (/service available:[^\n]*NO/.test(stdout) || !/service available:[^\n]*YES/.test(stdout))
        throw new Error('slowhttptest should find the service available, whatever its clients do.')
    },
  },
  {
    name: `${REQUESTS.length} requests, right and wrong`,
    async run({ exchange }) {
      for (const { section, what, bytes, allowed } of REQUESTS) {
        const answer = (await exchange(Buffer.from(bytes, 'latin1'))).toString('latin1')
        const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 0)
        if (!allowed.includes(status))
          throw new Error(
            `${section}: ${what} should be answered with ${allowed.join(' or ')}, but was answered with ${status}.`,
          )
        if (answer.includes('secret')) throw new Error(`${section}: ${what} should not lead out of ROOT.`)
        if (answer.indexOf('HTTP/1.1 ', 1) > 0)
          throw new Error(`${section}: ${what} should be answered once.`)
      }
    },
  },
]
