import type { State } from './probe.ts'
import { fromReadyCode, type MachineReadiness, toReadyCode } from './ready-code.ts'

const states: State[] = ['ok', 'note', 'bad', 'ok', 'note']
const readiness: MachineReadiness = {
  ready: false,
  node: '20.20',
  npm: '11.19',
  system: 'macOS',
  arch: 'arm64',
  states,
}

test('a code says what was put in', () => {
  expect(fromReadyCode(toReadyCode(readiness), states.length)).toEqual(readiness)
})

test('a code is short, and says at a glance whether somebody can work', () => {
  const good: MachineReadiness = { ...readiness, ready: true, states: states.map(() => 'ok') }

  expect(toReadyCode(good)).toMatch(/^ready-20\.20-11\.19-ma-0-[0-9a-u]$/)
  expect(toReadyCode(readiness)).toMatch(/^unready-20\.20-11\.19-ma-/)
})

test('a code of every state of many probes is read', () => {
  const many = Array.from({ length: 30 }, (): State => 'bad')

  expect(fromReadyCode(toReadyCode({ ...readiness, states: many }), 30)?.states).toEqual(many)
})

test('a code outlives a probe that was added behind the others', () => {
  expect(fromReadyCode(toReadyCode(readiness), states.length + 1)?.states).toEqual([...states, 'ok'])
})

test('a code is read as people send it', () => {
  expect(fromReadyCode(` ${toReadyCode(readiness).toUpperCase()}\n`, states.length)).toEqual(readiness)
})

test.each(['', 'ready', 'ready-20.20-11.19-lx-0-0', '__proto__', 'ready-20.20-11.19-lx-zzzzzz-1'])(
  'no code is %j',
  (text) => {
    expect(fromReadyCode(text, states.length)).toBeUndefined()
  },
)

test('a slip of the pen is noticed', () => {
  const code = toReadyCode(readiness)

  expect(fromReadyCode(code.replace('20.20', '20.02'), states.length)).toBeUndefined()
  expect(fromReadyCode(code.replace('11.19', '11.91'), states.length)).toBeUndefined()
  expect(fromReadyCode(code.replace('unready', 'ready'), states.length)).toBeUndefined()
})
