import { resolve } from 'node:path'
import { listExercises } from '../course/course.ts'
import { readRecording } from './recording.ts'
import { renderTrace } from './render.ts'

const root = resolve(import.meta.dirname, '../..')
const recordings = listExercises(root).flatMap((exercise) => {
  const recording = readRecording(root, exercise)
  return recording ? [[exercise.name, recording.trace] as const] : []
})
const plain = { color: false, unicode: false }

test.each(recordings)(
  'shows the recording of %s within 78 and 40 columns, each call explained',
  (_, trace) => {
    for (const width of [78, 40]) {
      const lines = renderTrace(trace, { ...plain, width }).split('\n')

      expect(lines.filter((line) => line.length > width)).toEqual([])
      expect(lines.join('\n')).not.toMatch(/undefined|man 2/)
    }
  },
)

test('puts the conversation beside the calls, and the line beside the call', () => {
  const [, trace] = recordings.find(([name]) => name === '03-echo') ?? []
  const page = trace ? renderTrace(trace, { ...plain, width: 78 }) : ''

  expect(page).toMatch(
    /^ +\d+\.\d {2}alice sends\n {9}"hello\\n"\n +\d+\.\d +read\(20, "hello\\n", 65536\) = 6 {3}-> server\.ts:10$/m,
  )
  expect(page).toMatch(/write\(20, "hello\\n", 6\) = 6 +server\.ts:10$/m)
})

test('says how often a call was made, and leaves out the middle of a long trace', () => {
  const call = { pid: 1, began: 0, returned: 1, name: 'read', args: ['19<TCP:[1]>', '""', '9'], result: '0' }
  const trace = {
    exercise: '',
    subject: 'server',
    file: '',
    port: 1,
    happenings: [],
    stdout: '',
    stderr: '',
  } as const
  const show = (calls: (typeof call)[]) =>
    renderTrace({ ...trace, calls, happenings: [] }, { ...plain, width: 78 })

  expect(show(Array(1200).fill(call))).toContain('read(19, "", 9) = 0 (1,200 times)')
  expect(show(Array.from({ length: 100 }, (_, i) => ({ ...call, result: `${i}` })))).toContain(
    '(20 rows left out)',
  )
})
