import { complete, helpText, parseLine } from './commands.ts'

test.each([
  ['hello', { text: 'hello' }],
  ['', { text: '' }],
  ['//etc', { text: '/etc' }],
  ['/end', { command: 'end', rest: '' }],
  ['/End', { command: 'end', rest: '' }],
  ['/send  two spaces ', { command: 'send', rest: ' two spaces ' }],
  ['/bytes 00 ff', { command: 'bytes', rest: '00 ff' }],
])('understands %j', (line, asked) => {
  expect(parseLine(line, 'server')).toEqual(asked)
})

test('names the nearest command first', () => {
  expect(() => parseLine('/ende', 'server')).toThrow(
    'There is no command /ende. Did you mean /end? Type //ende to send it as text.',
  )
  expect(() => parseLine('/ned', 'server')).toThrow('Did you mean /end?')
  expect(() => parseLine('/constructor', 'server')).toThrow('/help lists the commands.')
})

test('offers to type only to a client, and other clients only to a server', () => {
  expect(() => parseLine('/type x', 'server')).toThrow('no command /type')
  expect(() => parseLine('/client', 'client')).toThrow('no command /client')
  expect(parseLine('/type x', 'client')).toEqual({ command: 'type', rest: 'x' })
})

test('completes commands only', () => {
  expect(complete('/re', 'server')).toEqual(['/reset', '/restart'])
  expect(complete('re', 'server')).toEqual([])
})

test.each([40, 78])('explains itself in %i columns', (width) => {
  for (const subject of ['server', 'client'] as const) {
    const lines = helpText(subject, width).split('\n')
    expect(lines.filter((line) => line.length > width)).toEqual([])
    expect(lines).toContainEqual(expect.stringContaining('/end '))
  }
})
