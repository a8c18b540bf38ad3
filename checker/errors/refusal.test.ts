import { writeFileSync } from 'node:fs'
import { refusalOf } from './refusal.ts'

function thrownBy(act: () => void): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  return undefined
}

test('a file that cannot be written is named, with why and what to do', () => {
  const error = thrownBy(() => writeFileSync('/dev/null/wire.html', ''))

  expect(refusalOf(error)).toBe(
    '/dev/null/wire.html cannot exist: a part of its path is a file (ENOTDIR). npm run doctor tells you what the course needs.',
  )
})

test('another error is not explained away', () => {
  expect(refusalOf(new TypeError('x is not a function'))).toBeUndefined()
  expect(refusalOf(thrownBy(() => writeFileSync('/nowhere/at/all', '')))).toBeUndefined()
})
