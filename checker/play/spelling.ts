import { UsageError } from '../errors/usage.ts'

/**
 * What stands for a byte in a typed line, apart from `\xHH`. Bytes can be typed the way they are
 * shown.
 */
const ESCAPES: Record<string, string> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '0': '\0',
  '"': '"',
  '\\': '\\',
}

/** The bytes of a typed line: UTF-8, with `\r`, `\n`, `\t`, `\0`, `\xHH`, `\uHHHH` and `\\`. */
export function unspell(typed: string): Buffer {
  const parts = typed.split(/(\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\.?)/iu)
  return Buffer.concat(
    parts.map((part, i) => (i % 2 === 0 || part === '' ? Buffer.from(part) : fromEscape(part))),
  )
}

/** The bytes of pairs of hex digits: `00 0a FF`, `000aff`. */
export function fromHex(typed: string): Buffer {
  const digits = typed.replace(/\s+/g, '')
  if (!/^([0-9a-f]{2})+$/i.test(digits))
    throw new UsageError('Bytes are pairs of hex digits, such as /bytes 00 0A FF.')
  return Buffer.from(digits, 'hex')
}

function fromEscape(typed: string): Buffer {
  const [, letter = '', ...digits] = typed
  if (digits.length === 2) return Buffer.from([Number.parseInt(digits.join(''), 16)])
  if (digits.length > 2) return Buffer.from(String.fromCharCode(Number.parseInt(digits.join(''), 16)))
  const meant = ESCAPES[letter]
  if (meant !== undefined) return Buffer.from(meant)
  throw new UsageError(
    `Nothing was sent: "${typed}" is not an escape. There are \\r \\n \\t \\0 \\x80, and \\\\ is one backslash.`,
  )
}
