import type { DecodedField, DecodedMessage } from '../judge/decoded.ts'
import { countBytes, hex } from '../program/bytes.ts'
import { mark, paint, type View, wrap } from '../terminal/view.ts'

/** How many fields are shown before and after the wrong one. */
const BEFORE = 8
const AFTER = 4
/** How many bytes of a field are shown, if there is room for a third column. */
const WIDE_BYTES = 8
const NARROW_BYTES = 4
const WIDE = 60

/**
 * The message that contains a failure: one row per field, with its bytes and what they mean. The
 * wrong field is marked, with what it should be.
 */
export function renderFields({ name, instead, fields }: DecodedMessage, view: View): string {
  const at = Math.max(
    0,
    fields.findIndex(({ wrong }) => wrong),
  )
  const shown = fields.slice(Math.max(0, at - BEFORE), at + 1 + AFTER)
  const names = Math.max(...shown.map((field) => field.depth * 2 + field.name.length))
  const across = view.width < WIDE ? NARROW_BYTES : WIDE_BYTES
  const title = `Fields of the message ${name}${instead === undefined ? '' : `, which should be ${instead}`}`
  const rows = shown.map((field) => renderField(field, names, across, view))
  return [paint(view, 'bold', wrap(title, view.width)), ...rows].join('\n')
}

function renderField(field: DecodedField, names: number, across: number, view: View): string {
  const sign = field.wrong ? mark(view, 'fail') : view.unicode ? ' ' : '     '
  const name = `${'  '.repeat(field.depth)}${field.name}`.padEnd(names)
  const bytes = bytesOf(field, across).padEnd(across * 3 + 1)
  const head = ` ${sign} ${name}  ${bytes}`
  const room = 6 + (view.unicode ? 1 : 5) + names + across * 3
  const meaning = meaningOf(field)
  const below = `\n${' '.repeat(room)}`
  return `${head} ${wrap(meaning, Math.max(12, view.width - room))
    .split('\n')
    .join(below)}`.trimEnd()
}

function bytesOf({ bytes, length = 0 }: DecodedField, across: number): string {
  if (bytes === undefined) return ''
  const whole = Buffer.from(bytes, 'base64')
  if (length <= across) return [...whole].map(hex).join(' ')
  return `${[...whole.subarray(0, across - 1)].map(hex).join(' ')} ..`
}

function meaningOf({ bytes, length = 0, value, expected }: DecodedField): string {
  if (bytes === undefined) return expected === undefined ? 'missing' : `missing, should be ${expected}`
  const words = [value, length > WIDE_BYTES ? `(${countBytes(length)})` : undefined].filter(Boolean).join(' ')
  return expected === undefined ? words : `${words || 'nothing'}, should be ${expected}`
}
