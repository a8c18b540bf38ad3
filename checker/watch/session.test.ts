import type { Outcome, TestResult, Verdict } from '../judge/verdict.ts'
import { CTRL_C, CTRL_Z } from './keys.ts'
import { begin, type Session, step, type WatchEvent } from './session.ts'

const SAVED: WatchEvent = { kind: 'saved', untouched: false }

const RESULT: TestResult = {
  title: 'echoes a line',
  verdict: 'fail',
  ms: 3,
  conversation: [],
  stdout: '',
  stderr: '',
}

function verdictOn(exercise: string, verdict: Outcome): Verdict {
  return { version: 1, exercise, verdict, seed: 1, ms: 10, tests: [{ ...RESULT, verdict }] }
}

const verdictEvent = (verdict: Outcome, exercise = '03-echo'): WatchEvent => ({
  kind: 'verdict',
  verdict: verdictOn(exercise, verdict),
})

const press = (key: string): WatchEvent => ({ kind: 'key', key })

/** The session after these events, and all the effects on the way. */
function play(events: readonly WatchEvent[], from: Session = begin('03-echo', false)) {
  let session = from
  const effects: string[] = []
  for (const event of events) {
    const next = step(session, event)
    session = next.session
    if (next.effect) effects.push(next.effect)
  }
  return { session, effects }
}

test('checks what is saved, then its types', () => {
  const { session, effects } = play([SAVED, verdictEvent('fail')])

  expect(effects).toEqual(['check', 'types'])
  expect(session).toMatchObject({ busy: undefined, passed: false, verdict: { verdict: 'fail' } })
})

test('does not check the untouched stub', () => {
  expect(play([{ kind: 'saved', untouched: true }]).effects).toEqual([])
})

test('forgets a verdict when the stub is put back', () => {
  const { session } = play([SAVED, verdictEvent('fail'), { kind: 'saved', untouched: true }])

  expect(session).toEqual(begin('03-echo', false))
})

test('starts anew when the file is saved during a check, and shows nothing of the old one', () => {
  const early: WatchEvent = { kind: 'test', exercise: '03-echo', result: RESULT }
  const { session, effects } = play([SAVED, early, SAVED])

  expect(effects).toEqual(['check', 'check'])
  expect(session).toMatchObject({ busy: 'check', tests: [], verdict: undefined })
  expect(play([verdictEvent('fail')], session).effects).toEqual(['types'])
})

test.each([...'nrhoepwyldsxz'])('ignores %s while a check runs', (key) => {
  const checking = play([SAVED]).session

  expect(step(checking, press(key))).toEqual({ session: checking })
})

test.each([
  ['q', 'quit'],
  ['?', 'help'],
])('takes %s while a check runs', (key, effect) => {
  expect(step(play([SAVED]).session, press(key)).effect).toBe(effect)
})

test('shows the verdict in place of the keys that were opened while it checked', () => {
  const keys: WatchEvent = { kind: 'panel', panel: { text: 'Keys', alone: true } }

  expect(play([SAVED, keys, verdictEvent('fail')]).session.panel).toBeUndefined()
})

test('ends on Ctrl-C at any time', () => {
  const question = play([SAVED, verdictEvent('fail'), press('n')]).session

  for (const session of [begin('03-echo', false), play([SAVED]).session, question])
    expect(step(session, press(CTRL_C)).effect).toBe('interrupt')
})

test('stays where it is after a pass, and goes on when asked', () => {
  const { session, effects } = play([SAVED, verdictEvent('pass')])

  expect(session).toMatchObject({ exercise: '03-echo', passed: true })
  expect(effects).not.toContain('move')
  expect(step(session, press('n')).effect).toBe('move')
})

test.each([
  ['n', 'next', 'move'],
  ['s', 'solution', 'solution'],
  ['d', 'diff', 'diff'],
  ['x', 'reset', 'reset'],
])('asks before %s where nothing was passed', (key, question, effect) => {
  const asked = play([SAVED, verdictEvent('fail'), press(key)])

  expect(asked.session.question).toBe(question)
  expect(asked.effects).toEqual(['check', 'types'])
  expect(step(asked.session, press('y'))).toMatchObject({ effect, session: { question: undefined } })
  expect(step(asked.session, press('n'))).toMatchObject({ session: { question: undefined } })
  expect(step(asked.session, press('n')).effect).toBeUndefined()
})

test('drops a question when the file is saved', () => {
  expect(play([press('x'), SAVED]).session.question).toBeUndefined()
})

test.each([
  ['h', 'hint'],
  ['l', 'list'],
  ['w', 'wire'],
  ['?', 'help'],
  ['q', 'quit'],
  ['e', 'editor'],
  ['o', 'lesson'],
  ['p', 'play'],
  ['y', 'syscalls'],
  ['r', 'check'],
])('knows %s', (key, effect) => {
  expect(step(begin('03-echo', true), press(key)).effect).toBe(effect)
})

test.each(['z', ' ', '\r', 'constructor'])('knows nothing of %j', (key) => {
  expect(step(begin('03-echo', true), press(key)).effect).toBeUndefined()
})

test('never shows what came from another exercise', () => {
  const { session } = play([
    SAVED,
    { kind: 'test', exercise: '02-accept', result: RESULT },
    verdictEvent('fail', '02-accept'),
  ])

  expect(session).toMatchObject({ tests: [], verdict: undefined })
})

test('shows nothing of the exercise before after it has moved on', () => {
  const { session } = play([
    SAVED,
    verdictEvent('pass'),
    { kind: 'moved', exercise: '04-client', passed: false },
  ])

  expect(session).toEqual(begin('04-client', false))
})

test('shows type errors beside their own verdict only', () => {
  const types = [{ line: 3, message: 'no' }]
  const first = play([SAVED, verdictEvent('fail')]).session
  const second = play([SAVED, verdictEvent('fail')], first).session
  const of = first.verdict ?? verdictOn('03-echo', 'fail')

  expect(step(first, { kind: 'types', of, types }).session.types).toEqual(types)
  expect(step(second, { kind: 'types', of, types }).session.types).toEqual([])
})

test('leaves the terminal to the editor, and checks what was saved in it when it ends', () => {
  const { session, effects } = play([press('e'), SAVED, press('n'), { kind: 'back' }])

  expect(effects).toEqual(['editor', 'check'])
  expect(session.busy).toBe('check')
})

test.each([...'opy'])('leaves the terminal to what %s opens, and checks what was saved meanwhile', (key) => {
  const away = play([SAVED, verdictEvent('fail'), press(key)]).session

  expect(away.busy).toBe('away')
  expect(play([press('q'), press(CTRL_Z), { kind: 'back' }], away).effects).toEqual([])
  expect(play([SAVED, { kind: 'back' }], away).effects).toEqual(['check'])
})

test('leaves what a command has printed on the screen until a key is pressed, or the file is saved', () => {
  const held = play([SAVED, verdictEvent('fail'), press('y'), { kind: 'back', held: true }]).session

  expect(held).toMatchObject({ busy: undefined, held: true })
  expect(step(held, press('n'))).toEqual({ session: { ...held, held: false } })
  expect(play([SAVED], held)).toMatchObject({ session: { held: false, busy: 'check' }, effects: ['check'] })
})

test('opens the editor that is chosen where none is named', () => {
  const asked = play([press('e'), { kind: 'choose', editors: ['vim', 'nano'] }]).session

  expect(step(asked, press('2'))).toMatchObject({
    session: { busy: 'away', editor: 'nano' },
    effect: 'editor',
  })
  expect(step(asked, press('3'))).toEqual({ session: begin('03-echo', false) })
})

test('takes keys again when a check could not begin', () => {
  const { session } = play([SAVED, { kind: 'back', panel: { text: 'Nothing to check.' } }])

  expect(session).toMatchObject({ busy: undefined, panel: { text: 'Nothing to check.' } })
})

test('suspends at any time but in an editor, and checks anew what was being checked', () => {
  expect(step(begin('03-echo', false), press(CTRL_Z)).effect).toBe('suspend')
  expect(play([press('e'), press(CTRL_Z)]).effects).toEqual(['editor'])
  expect(play([SAVED, press(CTRL_Z), { kind: 'resumed' }]).effects).toEqual(['check', 'suspend', 'check'])
  expect(play([SAVED, verdictEvent('fail'), press(CTRL_Z), { kind: 'resumed' }]).session).toMatchObject({
    busy: undefined,
    verdict: { verdict: 'fail' },
  })
})

test('still shows the failure after an editor that changed nothing', () => {
  expect(play([SAVED, verdictEvent('fail'), press('e'), { kind: 'back' }]).session).toMatchObject({
    busy: undefined,
    verdict: { verdict: 'fail' },
  })
})
