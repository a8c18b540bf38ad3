import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const exercises = join(import.meta.dirname, '..', '..', 'exercises')

// One exercise imports nothing from another, so 26 has its own copy of the engine: a change has to
// be made in both.
test('25 and 26 ship the same engine', () => {
  const shippedBy = (name: string) =>
    readdirSync(join(exercises, name))
      .filter((file) => /^sql.*\.ts$/.test(file))
      .map((file) => [file, readFileSync(join(exercises, name, file), 'utf8')])

  expect(shippedBy('26-postgres-extended')).toEqual(shippedBy('25-postgres'))
})

// The same for what says which bytes are RESP: only the lines that play suggests differ.
test('23 and 24 read RESP in the same way', () => {
  const messagesOf = (name: string) =>
    readFileSync(join(exercises, name, '.hidden/messages.ts'), 'utf8')
      .split('\n')
      .filter((line) => !/^ {4}\['/.test(line))

  expect(messagesOf('24-redis-pubsub')).toEqual(messagesOf('23-redis'))
})

test('25 and 26 read the same messages', () => {
  const messagesOf = (name: string) => readFileSync(join(exercises, name, '.hidden/messages.ts'), 'utf8')

  expect(messagesOf('26-postgres-extended')).toBe(messagesOf('25-postgres'))
})
