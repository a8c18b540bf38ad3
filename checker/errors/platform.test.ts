import { resolve } from 'node:path'
import { commands } from '../commands/index.ts'
import { findExercise } from '../course/course.ts'
import { readHints } from '../course/hints.ts'
import { placesOf } from '../files/installed.ts'
import { refuseElsewhere, Unsupported } from './platform.ts'

const root = resolve(import.meta.dirname, '../..')

test.each(['check', 'start', 'play', 'certificate', 'grade'])('%s is refused on Windows', (command) => {
  expect(() => refuseElsewhere(command, 'win32')).toThrow(Unsupported)
  expect(() => refuseElsewhere(command, 'win32')).toThrow('needs Linux, macOS or WSL 2')
})

test.each(['list', 'hint', 'next', 'reset', 'solution', 'diff', 'wire', 'doctor'])(
  '%s works on Windows, too',
  (command) => {
    expect(() => refuseElsewhere(command, 'win32')).not.toThrow()
  },
)

test.each(['linux', 'darwin'] as const)('nothing is refused on %s', (platform) => {
  for (const command of commands('.', () => {}).commands) {
    expect(() => refuseElsewhere(command.name(), platform)).not.toThrow()
  }
})

test.each(['exercises\\03-echo', 'exercises\\03-echo\\server.ts', 'C:\\course\\exercises\\03-echo\\'])(
  'a path of Windows names its exercise: %s',
  (path) => {
    expect(findExercise(root, path)).toMatchObject({ name: '03-echo' })
  },
)

test('hints with lines that end in CRLF are read', () => {
  expect(readHints('# Hints\r\n\r\n## echoes\r\n\r\n1. One\r\n   more\r\n2. Two\r\n')).toEqual([
    { title: 'echoes', steps: ['One more', 'Two'] },
  ])
})

test('a program of Windows is looked for with each ending of PATHEXT', () => {
  const env = { PATH: 'C:\\bin;D:\\tools', PATHEXT: '.EXE;.CMD' }

  expect(placesOf('code', env, 'win32')).toEqual([
    ...['C:\\bin\\code', 'C:\\bin\\code.EXE', 'C:\\bin\\code.CMD'],
    ...['D:\\tools\\code', 'D:\\tools\\code.EXE', 'D:\\tools\\code.CMD'],
  ])
  expect(placesOf('vim', { PATH: '/bin:/usr/bin' }, 'linux')).toEqual(['/bin/vim', '/usr/bin/vim'])
})
