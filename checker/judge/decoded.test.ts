import type { Field, Message } from '../harness/messages.ts'
import { fieldsOf } from './decoded.ts'

const cameBytes = Buffer.from('4mABhello')
const wantedBytes = Buffer.from('4hello')

test('pairs fields by their names, so that one too many does not shift the others', () => {
  const came = message(['length', '4', 1], ['mask', 'mAB', 3], ['payload', '"hello"', 5])
  const wanted = message(['length', '5', 1], ['payload', '"hello"', 5])

  expect(rows(came, wanted, 0)).toEqual(['length 4, not 5 (wrong)', 'mask mAB', 'payload "hello"'])
  expect(rows(wanted, came, 0)).toEqual([
    'length 5, not 4 (wrong)',
    'mask missing, not mAB',
    'payload "hello"',
  ])
})

test('shows another kind of field and the one that is missing, and marks only one of them', () => {
  const came = message(['kind', 'Close', 1], ['code', '1002', 2])
  const wanted = message(['kind', 'Close', 1], ['payload', '"hello"', 5])

  expect(rows(came, wanted, 1)).toEqual(['kind Close', 'code 1002 (wrong)', 'payload missing, not "hello"'])
})

test('pairs fields that have the same name in their order', () => {
  const came = message(['operand', '1', 1], ['operand', '2', 1])
  const wanted = message(['operand', '1', 1], ['operand', '3', 1], ['operand', '4', 1])

  expect(rows(came, wanted, 1)).toEqual(['operand 1', 'operand 2, not 3 (wrong)', 'operand missing, not 4'])
})

function message(...parts: [name: string, value: string, length: number][]): Message {
  let offset = 0
  const fields: Field[] = parts.map(([name, value, length]) => {
    offset += length
    return { name, value, length, offset: offset - length }
  })
  return { name: 'frame', offset: 0, length: offset, fields }
}

function rows(came: Message, wanted: Message, position: number): string[] {
  return fieldsOf(came, wanted, { came: cameBytes, should: wantedBytes, position }).map(
    ({ name, value = 'missing', expected, wrong }) =>
      `${name} ${value}${expected === undefined ? '' : `, not ${expected}`}${wrong ? ' (wrong)' : ''}`,
  )
}
