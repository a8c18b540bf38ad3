import { differsFrom } from './recording.ts'
import type { Trace } from './trace.ts'

/** The recorded trace of a server that sends these parts to alice. */
function traceOf(...parts: string[]): Trace {
  return {
    exercise: '01-tiny',
    subject: 'server',
    file: 'server.ts',
    port: 24_000,
    calls: [],
    happenings: parts.map((part, i) => ({
      kind: 'receives',
      at: i,
      who: 'alice',
      bytes: Buffer.from(part).toString('base64'),
    })),
    stdout: '',
    stderr: '',
  }
}

function recordedAs(...parts: string[]) {
  return { node: 20, trace: traceOf(...parts) }
}

test('what came in two reads may come in one', () => {
  expect(differsFrom(recordedAs('HTTP/1.1 200 OK', 'hello'), traceOf('HTTP/1.1 200 OKhello'))).toBeUndefined()
  expect(differsFrom(recordedAs('HTTP/1.1 200 OK', 'hello'), traceOf('HTTP/1.1 200 OK'))).toContain(
    'recorded: ',
  )
})

test('the date of an answer is that of the day', () => {
  const recorded = recordedAs('Date: Thu, 01 Jan 2026 00:00:00 GMT\r\n')

  expect(differsFrom(recorded, traceOf('Date: Fri, 27 Nov 2026 23:36:05 GMT\r\n'))).toBeUndefined()
  expect(differsFrom(recorded, traceOf('Date: today\r\n'))).toContain('now: ')
})
