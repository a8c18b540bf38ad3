import { harmless, quote } from '../program/bytes.ts'
import { addressIn, bytesIn, type Call, showAddress } from './call.ts'

/** How many bytes of a string are shown. */
const SHOWN_BYTES = 24

/**
 * A call as strace prints it, but shorter: no labels after descriptors, short addresses, strings
 * cut.
 */
export function showCall(call: Call): string {
  const result = call.returned === undefined ? '?' : withoutLabel(call.result)
  return harmless(
    `${call.name}(${call.args.map(showArgument).join(', ')}) = ${result}${call.error ? ` ${call.error}` : ''}`,
  )
}

function showArgument(arg: string): string {
  const address = addressIn(arg)
  if (address) return `{${showAddress(address)}}`
  if (/^\[\{(events|iov_base)=/.test(arg)) return arg.startsWith('[{iov') ? showVector(arg) : showEvents(arg)
  if (arg.startsWith('{events=')) return /events=([A-Z|]+)/.exec(arg)?.[1] ?? arg
  if (arg.startsWith('"')) return showBytes(arg)
  // An address in the program's memory means nothing to a reader.
  if (/^0x[0-9a-f]{4,}$/.test(arg)) return '…'
  return withoutLabel(arg)
}

function showBytes(arg: string): string {
  const { bytes, cut } = bytesIn(arg)
  if (bytes.length <= SHOWN_BYTES) return quote(bytes) + (cut ? '…' : '')
  return `${quote(bytes.subarray(0, SHOWN_BYTES))}…`
}

function showVector(arg: string): string {
  return `[${showBytes(arg)}]`
}

function showEvents(arg: string): string {
  const events = [...arg.matchAll(/events=([A-Z|]+), data=\{u32=(\d+)/g)]
  return `[${events.map(([, event, fd]) => `${fd}: ${event}`).join(', ')}]`
}

function withoutLabel(text: string): string {
  return text.replace(/^(\d+)<.*>/s, '$1')
}
