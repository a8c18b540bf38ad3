import { withLines } from './lines.ts'
import { MARKER } from './marker.ts'
import { parseStrace } from './strace-output.ts'

const mark = (what: string, fd: string, line: string) =>
  `access("${MARKER}${what}/${fd}/${line}", F_OK) = -1 ENOENT (No such file or directory)`
const conn = (fd: number) => `${fd}<TCP:[127.0.0.1:4000->127.0.0.1:5000]>`
const read = (fd: number) => `read(${conn(fd)}, "x", 65536) = 1`
const write = (fd: number) => `write(${conn(fd)}, "x", 1) = 1`

function linesOf(...calls: string[]) {
  const text = calls.map((call, i) => `1 ${i + 1}.000000 ${call} <0.000001>`).join('\n')
  return withLines(parseStrace(text).calls).map(({ name, line, handler }) => [name, line ?? handler])
}

test('a call has the line of the marker before it, of its own descriptor', () => {
  expect(
    linesOf(mark('write', '19', 'server.ts:5'), mark('write', '20', 'server.ts:7'), write(19), write(20)),
  ).toEqual([
    ['write', 'server.ts:5'],
    ['write', 'server.ts:7'],
  ])
})

test('a read has the line of the listener that is told next', () => {
  const told = [mark('on-readable', '19', ''), mark('on-data', '19', 'server.ts:9')]

  expect(linesOf(read(19), ...told, read(19))).toEqual([
    ['read', 'server.ts:9'],
    ['read', undefined],
  ])
})

test('what Node does by itself has no line', () => {
  const calls = [
    mark('end', '19', 'server.ts:5'),
    mark('end', '19', ''),
    `shutdown(${conn(19)}, SHUT_WR) = 0`,
  ]

  expect(linesOf(...calls)).toEqual([['shutdown', undefined]])
})

test('listen leads to an option of the listening socket, not to one of a connection', () => {
  const option = (fd: number) => `setsockopt(${fd}<TCP:[1]>, SOL_TCP, TCP_NODELAY, [1], 4) = 0`
  const accept = `accept4(18<TCP:[127.0.0.1:4000]>, NULL, NULL, 0) = ${conn(19)}`

  expect(linesOf(mark('listen', '', 'server.ts:2'), option(18), accept, option(19))).toEqual([
    ['setsockopt', 'server.ts:2'],
    ['accept4', undefined],
    ['setsockopt', undefined],
  ])
})
