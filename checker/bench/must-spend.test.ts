import { protocolTime } from './must-spend.ts'

test('a conversation takes the time between its events, without that in which processes start', () => {
  const events = [
    { at: 1, kind: 'start' },
    { at: 80, kind: 'ready' },
    { at: 100, kind: 'connect' },
    { at: 101, kind: 'sent' },
    { at: 111, kind: 'received' },
    { at: 150, kind: 'start' },
    { at: 230, kind: 'ready' },
    { at: 240, kind: 'connect' },
    { at: 245, kind: 'sent' },
  ] as const

  expect(protocolTime(events)).toBe(16)
  expect(protocolTime([])).toBe(0)
})
