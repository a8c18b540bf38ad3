import { resolve } from 'node:path'
import { findExercise } from '../course/course.ts'
import { commandToTry } from './try-it.ts'

const root = resolve(import.meta.dirname, '../..')

test.each([
  ['01', "ss -ltn 'sport = :4001'"],
  ['03', 'nc 127.0.0.1 4001'],
  ['05', 'nc 127.0.0.1 4001'],
  ['06', "printf 'one\\ntwo\\nthree' | nc -N 127.0.0.1 4001"],
])('finds what the lesson of %s tries', (word, command) => {
  const exercise = findExercise(root, word)
  if ('near' in exercise) throw new Error(`no exercise ${word}`)

  expect(commandToTry(exercise, '127.0.0.1', 4001)).toBe(command)
})
