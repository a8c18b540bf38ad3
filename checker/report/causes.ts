import type { TestResult } from '../judge/verdict.ts'

/**
 * A likely cause, with the rule that recognises it. A rule must not be true of another mistake: what is no more than possible is left to the hints.
 * `source` is the learner's program, where it is known to be what was checked.
 */
interface Cause {
  when: (test: TestResult, source?: string) => boolean
  text: string
}

/** The most that Node hands over in one chunk. */
const CHUNK_BYTES = 65_536

/** A write that takes less than all comes after many bytes. */
const MIN_SKIPPED_AT = 1024

/** The first port that Linux gives to whoever names none. */
const EPHEMERAL = 32_768

/** A run of bytes that is long enough not to be the same by chance, and how far into an answer it is looked for. */
const TELLING_BYTES = 4
const LOOKED_AT_BYTES = 20

const printed = (test: TestResult, what: RegExp) => what.test(test.stderr)
const nearMiss = (test: TestResult, kind: string) => test.failure?.nearMiss === kind

/** True where what did not come has to do with what was sent, and so was overlooked: an error message that is missing has not. */
function lacksAnswer({ failure, conversation }: TestResult): boolean {
  if (!failure?.expected) return false
  const missing = Buffer.from(failure.expected, 'base64').subarray(
    (failure.offset ?? 0) - (failure.window ?? 0),
  )
  const sent = Buffer.concat(
    conversation
      .filter((event) => event.kind === 'sent' && event.peer === failure.peer)
      .flatMap((event) => [event.bytes ?? '', event.tail ?? ''])
      .map((base64) => Buffer.from(base64, 'base64')),
  )
  const starts = Array.from(
    { length: Math.min(LOOKED_AT_BYTES, missing.length - TELLING_BYTES + 1) },
    (_, at) => at,
  )
  return starts.some((at) => sent.includes(missing.subarray(at, at + TELLING_BYTES)))
}

/** True where what did not come was printed instead. */
function isPrinted({ failure, stdout }: TestResult): boolean {
  if (!failure?.expected || (failure.offset ?? 0) > 0) return false
  const missing = Buffer.from(failure.expected, 'base64').toString().trim()
  return missing.length >= TELLING_BYTES && stdout.includes(missing)
}

/** True where the program is the other end: sentences say whom they are about. */
function isClient({ message }: TestResult): boolean {
  return message?.startsWith('The client') === true
}

/** True where the server's end came right behind the client's, with no byte between the two. */
function endsWithTheClient({ failure, conversation }: TestResult): boolean {
  const kinds = conversation.filter(({ peer }) => peer === failure?.peer).map(({ kind }) => kind)
  const since = kinds.slice(kinds.lastIndexOf('fin-sent') + 1)
  return kinds.includes('fin-sent') && since.includes('fin') && !since.includes('received')
}

/** True where a client waits for the end that answers its own. */
function hasSentItsEnd({ failure, conversation }: TestResult): boolean {
  return conversation.some(({ kind, peer }) => kind === 'fin-sent' && peer === failure?.peer)
}

/** True where the end came to somebody who had not read for a while, behind a part of what was due. */
function cutsOffASlowReader({ failure, conversation }: TestResult): boolean {
  const kinds = conversation.filter(({ peer }) => peer === failure?.peer).map(({ kind }) => kind)
  return kinds.includes('pause') && kinds.at(-1) === 'fin' && kinds.at(-2) === 'received'
}

/** True where a connection is reset that its client has said nothing on, so that no byte was left unread. */
function isResetUnheard({ code, failure, conversation }: TestResult): boolean {
  return code === 'reset' && !conversation.some(({ kind, peer }) => kind === 'sent' && peer === failure?.peer)
}

/** True where the port that it listens on is the given one with its two bytes in the other order. */
function hasSwappedPort({ code, message, conversation }: TestResult): boolean {
  const given = Number(conversation.find(({ kind }) => kind === 'start')?.text)
  const taken = Number(/listens on \S+:(\d+)/.exec(message ?? '')?.[1])
  return code === 'wrong-port' && taken === ((given & 0xff) << 8) + (given >> 8)
}

/** True where the port is one of those that the kernel gives to whoever names none. */
function isOfTheKernelsChoice({ code, message }: TestResult): boolean {
  return code === 'wrong-port' && Number(/listens on \S+:(\d+)/.exec(message ?? '')?.[1]) >= EPHEMERAL
}

/** True where it began to spin once a client had ended its side and nothing was read any more. */
function spinsAtTheEnd({ failure, conversation }: TestResult): boolean {
  const kinds = conversation.filter(({ peer }) => peer === failure?.peer).map(({ kind }) => kind)
  return (
    failure?.spun === true &&
    kinds.includes('fin-sent') &&
    kinds.lastIndexOf('sent') < kinds.lastIndexOf('fin-sent')
  )
}

/** True where the program has listened: it has ended since, and did not merely never begin. */
function hasListened({ conversation }: TestResult): boolean {
  return conversation.some(({ kind }) => kind === 'ready')
}

/** True where what is missing stands at the start of a line or at its end, where trim() takes it away. */
function isAtAnEdge({ failure }: TestResult): boolean {
  const { expected = '', offset = 0, window = 0 } = failure ?? {}
  const due = Buffer.from(expected, 'base64').toString('latin1')
  const [before, rest] = [due.slice(0, offset - window), due.slice(offset - window)]
  return /(^|\n)$/.test(before) || /^\s+(\S|$)/.exec(rest)?.[1] === '' || /^[ \t\r]*\n/.test(rest)
}

/** True where zero bytes came that nobody sent, as they stand in a new buffer. */
function sendsZeros({ failure }: TestResult): boolean {
  if (failure?.code !== 'wrong-bytes' || failure.offset === undefined) return false
  const from = failure.offset - (failure.window ?? 0)
  const part = (base64 = '') => Buffer.from(base64, 'base64').subarray(from, from + ZEROS)
  const isZero = (bytes: Buffer) => bytes.every((byte) => byte === 0)
  const came = part(failure.actual)
  return came.length === ZEROS && isZero(came) && !isZero(part(failure.expected))
}

/** So many zeros in a row are no data of any exercise. */
const ZEROS = 16

/** True where all that had been sent before came again, with what was due behind it. */
function sendsAllAgain({ failure, conversation }: TestResult): boolean {
  const { code, position, expected, actual, window = 0, offset = 0, peer } = failure ?? {}
  if (code !== 'wrong-bytes' || !position || position > MAX_REPEATED) return false
  const received = conversation.filter((event) => event.kind === 'received' && event.peer === peer)
  if (received.some(({ tail }) => tail !== undefined)) return false
  const stream = Buffer.concat(received.map(({ bytes = '' }) => Buffer.from(bytes, 'base64')))
  const before = stream.subarray(0, position)
  const part = (base64 = '') => Buffer.from(base64, 'base64').subarray(offset - window)
  const due = part(expected)
  const came = part(actual)
  return due.length > 0 && came.subarray(0, before.length + due.length).equals(Buffer.concat([before, due]))
}

const MAX_REPEATED = 512

/** True where this client has had nothing, while another one, which came before it, is there still and has no wait of its own. */
function waitsForAnother(test: TestResult): boolean {
  const { code, failure, conversation } = test
  if (code !== 'silent' || (failure?.position ?? 0) > 0 || failure?.peer === undefined) return false
  // An error message may be missing for reasons of its own.
  if (!lacksAnswer(test)) return false
  const kindsOf = (who: string) => conversation.filter(({ peer }) => peer === who).map(({ kind }) => kind)
  const came = conversation.flatMap(({ kind, peer }) => (kind === 'connect' && peer ? [peer] : []))
  const here = came.filter((who) => !kindsOf(who).some((kind) => ENDS.includes(kind)))
  const [other, ...more] = here.filter((who) => who !== failure.peer)
  if (other === undefined || more.length > 0 || here.at(-1) !== failure.peer) return false
  const kinds = kindsOf(other)
  return kinds.includes('received') || !kinds.includes('sent')
}

const ENDS: readonly string[] = ['fin-sent', 'fin', 'reset-sent', 'reset']

/** True where who sent what came here is connected still: of somebody who has left, a server may keep what it was given. */
function isOfSomebodyHere({ code, message, conversation }: TestResult): boolean {
  const sender = /, which (.+) had sent/.exec(message ?? '')?.[1]
  return (
    code === 'foreign-bytes' && !conversation.some(({ kind, peer }) => peer === sender && ENDS.includes(kind))
  )
}

/** True where it grew by about as much as its clients sent, and next to nothing of it came back. */
function grewWithWhatWasSent({ code, message }: TestResult): boolean {
  const told =
    /of the (\d+) MiB it had before, but it grew to (\d+) MiB, when its clients had sent (\d+) MiB and received ([\d,]+) bytes/
  const [, before, grown, sent] = told.exec(code === 'memory' ? (message ?? '') : '') ?? []
  return sent !== undefined && Number(sent) >= ALL_BUT * (Number(grown) - Number(before))
}

/** True for a process that grew, and not for a client that was not dropped. */
function isGrowing({ message }: TestResult): boolean {
  return /should stay within .* but it grew to/.test(message ?? '')
}

/** What V8 takes beside the bytes themselves. */
const ALL_BUT = 0.7

const IN_NATIVE_CODE: readonly unknown[] = ['SIGABRT', 'SIGSEGV', 'SIGBUS', 'SIGFPE']

const HALF_OPEN = /allowHalfOpen:\s*true/

/** In order: the first that fits is told, and none where none does. */
const CAUSES: readonly Cause[] = [
  {
    when: spinsAtTheEnd,
    text: 'It used the CPU the whole time: an endless loop? The client has ended: from then on read() returns 0 at once, every time, and a loop that does not stop at 0 never ends.',
  },
  {
    when: ({ failure }) => failure?.spun === true,
    text: 'It used the CPU the whole time: an endless loop? Nothing else in the process runs until the loop ends, no handler and no timer either.',
  },
  {
    when: (test) =>
      test.code === 'exited' && printed(test, /ECONNRESET|EPIPE/) && printed(test, /Unhandled 'error' event/),
    text: "A client that resets its connection makes the socket emit 'error'. A socket without an 'error' listener turns that into an exception, which ends the whole process.",
  },
  {
    when: (test) => test.code === 'exited' && printed(test, /ECONNRESET|EPIPE/),
    text: 'When a client resets its connection, a read fails with ECONNRESET and a write with EPIPE. One of them was thrown and nobody caught it, which ends the whole process.',
  },
  {
    when: (test) => test.code === 'exited' && printed(test, /EADDRINUSE/),
    text: 'The port was taken: it is written into the program and belongs to somebody else, or, right after a restart, SO_REUSEADDR is missing (node:net sets it for you).',
  },
  {
    when: (test) =>
      test.code === 'exited' &&
      printed(test, /ERR_BUFFER_OUT_OF_BOUNDS|"offset" is out of range/) &&
      printed(test, /\bread(U?Int|Big|Float|Double)/),
    text: 'A number was read where there were not bytes enough: a chunk may end anywhere, also within a header, and a length may be wrong. Look at how many there are first.',
  },
  {
    when: (test) => test.code === 'exited' && test.exit?.code === 0 && isClient(test),
    text: 'The process was gone before all was done: it called process.exit(), which throws away what stdout has not taken yet, or nothing was left to wait for, as after destroy().',
  },
  {
    when: (test) => test.code === 'exited' && test.exit?.code === 0 && hasListened(test),
    text: 'It had listened, and then came to its end: process.exit() ends it at once, server.close() does once the last connection is gone, and on system calls so does the end of the loop around accept().',
  },
  {
    when: (test) => test.code === 'exited' && test.exit?.code === 0,
    text: 'A process ends when nothing is left to do. With node:net a listening socket keeps it up: is listen() called, and does the socket stay open? On system calls nothing does but a loop around accept().',
  },
  {
    when: (test) => test.code === 'exited' && printed(test, /heap out of memory/),
    text: 'Its memory was full: something is kept that grows with every byte or every client, and nothing takes it away.',
  },
  {
    when: ({ code, exit }) => code === 'exited' && IN_NATIVE_CODE.includes(exit?.signal),
    text: 'A signal such as SIGABRT or SIGSEGV comes from native code that was given what it cannot use, such as a string where a call takes a number: inet_addr() makes one of an address, htons() of a port.',
  },
  {
    when: (test) => test.code === 'exited' && printed(test, /accept: EINVAL/),
    text: 'accept() takes connections from a socket that listens: after bind() it needs listen().',
  },
  {
    when: (test) => test.code === 'exited' && printed(test, /accept: EBADF/),
    text: 'accept() was given a descriptor that has been closed: the listening socket has one, and each connection has another.',
  },
  {
    when: ({ code, message }) => code === 'refused' && /nobody listens there any more/.test(message ?? ''),
    text: 'The process runs on, and its listening socket is closed. server.close() stops listening for everybody; end() and destroy() of a socket are about one connection.',
  },
  {
    when: (test) => test.code === 'stderr' && printed(test, /Unhandled 'error' event/),
    text: "An 'error' event that nobody listens to is thrown, which ends the process with a stack trace. Listen to 'error', print one line, and exit with code 1.",
  },
  {
    when: ({ code, message, stderr }) =>
      code === 'stderr' && /it printed a stack trace/.test(message ?? '') && !/^Node\.js v/m.test(stderr),
    text: 'An error that is printed whole brings its stack with it. Its message alone is one line: error.message.',
  },
  {
    when: ({ code, message, stdout }) =>
      code === 'stderr' && /it printed nothing there/.test(message ?? '') && stdout.trim() !== '',
    text: 'It was said on stdout, where console.log writes: results go there, and complaints go to stderr, by console.error.',
  },
  {
    when: ({ code, exit }) => code === 'exit-code' && exit?.code === 0,
    text: 'To whoever started it, exit code 0 means that all went well, and a process that ends by itself has that code. process.exitCode = 1, or process.exit(1), says otherwise.',
  },
  {
    when: hasSwappedPort,
    text: 'The two bytes of the port have changed places: on the network the higher one comes first, which is what htons() is for.',
  },
  {
    when: ({ code, message }) => code === 'never-listened' && /a Unix socket/.test(message ?? ''),
    text: 'listen(port, host) takes the port first. With a string first, listen() makes a Unix socket: a file of that name, and no port.',
  },
  {
    when: isOfTheKernelsChoice,
    text: 'If you did not write this port anywhere, the kernel chose it, as it does where listen() comes without bind(), or with port 0 or undefined. The port to take is in process.env.PORT, as text.',
  },
  {
    when: (test) =>
      test.code === 'wrong-port' || (test.code === 'exited' && printed(test, /ERR_SOCKET_BAD_PORT/)),
    text: 'The port is in process.env.PORT, as text: Number(process.env.PORT).',
  },
  {
    when: (test) => test.code === 'wrong-interface',
    text: "The address is in process.env.HOST. node:net's listen(port, host) takes it as its second argument, and without one listens on every address; bind() takes it as sin_addr.",
  },
  {
    when: (test) => nearMiss(test, 'replacement'),
    text: 'EF BF BD is what a byte that is not UTF-8 becomes when a chunk is decoded to a string. Keep chunks as Buffers.',
  },
  {
    when: (test) => nearMiss(test, 'crlf'),
    text: 'Only the line ending differs: CR LF (0D 0A) on one side, LF (0A) on the other.',
  },
  {
    when: (test) => nearMiss(test, 'trimmed') && isAtAnEdge(test),
    text: 'White space is missing, as after trim(). On the wire a space or a line feed is a byte like any other.',
  },
  {
    when: (test) => nearMiss(test, 'added-newline'),
    text: 'A line feed (0A) came that nobody sent. write() adds nothing by itself; console.log and template literals may.',
  },
  {
    when: (test) => nearMiss(test, 'unfinished-line'),
    text: 'A line ends with a line feed (\\n, the byte 0A). It has to be sent like every other byte: write() adds nothing.',
  },
  {
    when: sendsZeros,
    text: 'Zero bytes (00) came that nobody sent, as they stand in a new buffer. read() says how many bytes it has put there: send these, and not the whole buffer.',
  },
  {
    when: (test) => nearMiss(test, 'skipped') && (test.failure?.offset ?? 0) >= MIN_SKIPPED_AT,
    text: 'Bytes are missing here, and then it goes on with those behind them: not all that was read was written. write() on system calls returns how many bytes it took, which may be less than all; a buffer of a fixed size holds no more than that.',
  },
  {
    when: sendsAllAgain,
    text: 'What was sent before came again: something is sent twice, such as a buffer that is kept and not emptied.',
  },
  {
    when: (test) => nearMiss(test, 'doubled'),
    text: 'The answer begins again from its start: something is sent twice, such as a buffer that is kept and not emptied.',
  },
  {
    when: isOfSomebodyHere,
    text: 'What one client sent reached another: a variable outside the connection handler is shared by all of them.',
  },
  {
    when: isResetUnheard,
    text: 'Its client had said nothing, so nothing was left unread. Closing the listening socket resets the connections that wait to be accepted; resetAndDestroy() resets one that was.',
  },
  {
    when: (test) => test.code === 'reset',
    text: 'RST instead of FIN: destroy() throws away what is still to be sent, and closing a socket with bytes unread resets it. end() sends the rest, then FIN.',
  },
  {
    when: (test) => (test.code === 'silent' || test.code === 'ended') && isPrinted(test),
    text: 'What was to be sent was printed: console.log writes to the terminal, write() of the socket to the other side.',
  },
  {
    when: (test) => test.code === 'not-ended' && !isClient(test) && hasSentItsEnd(test),
    text: 'The client has sent its FIN, and waits for that of the server: end() with node:net, where allowHalfOpen has switched off that it answers by itself, close() on system calls. The FIN is seen only once every byte before it has been read.',
  },
  {
    when: ({ code, conversation }) =>
      code === 'not-ended' && conversation.some(({ kind, peer }) => kind === 'fin-sent' && peer === 'stdin'),
    text: 'The input has ended, and the other side waits to be told so: end() of the socket sends what is left, then FIN, and the answer can still be read.',
  },
  {
    when: (test) => test.code === 'not-ended' && !isClient(test),
    text: 'A connection stays open until somebody ends it. end() sends what is left, and then FIN; on system calls that is close().',
  },
  {
    when: (test, source) =>
      test.code === 'ended' && !isClient(test) && endsWithTheClient(test) && HALF_OPEN.test(source ?? ''),
    text: "The server's end came right behind the client's, and no answer to what came last. allowHalfOpen is set, so the program ended it itself, without that answer: by end(), by destroy(), or by a for await loop, which destroys the socket at its end (unless it iterates over socket.iterator({ destroyOnReturn: false })).",
  },
  {
    when: (test) => test.code === 'ended' && !isClient(test) && endsWithTheClient(test),
    text: "The server's end came right behind the client's, and no answer to what came last. If one is written later, it is lost: node:net ends its half with the client's, unless allowHalfOpen is true.",
  },
  {
    when: waitsForAnother,
    text: 'A client that came before this one is connected still. A server that waits for one client, to its end or for its next word, before it looks at the next keeps all others waiting.',
  },
  {
    when: (test) => test.code === 'ended' && cutsOffASlowReader(test),
    text: 'The end came while bytes still waited in the socket for somebody who reads slowly. destroy() throws them away, and so does what calls it: a time-out, an error such as that of a write after end(), the end of a for await loop over the socket. end() sends them first.',
  },
  {
    when: (test) => test.code === 'sockets',
    text: "A connection costs a descriptor until it is closed in both directions: with allowHalfOpen until end(), on system calls until close(). The client's FIN stands behind its last byte: bytes that nobody reads hide it.",
  },
  {
    when: (test) => test.code === 'cpu' && test.conversation.some(({ kind }) => kind === 'reset-sent'),
    text: "Work goes on that nobody waits for. A reset closes the socket: its 'close' event is the moment to stop what runs for that client, and to begin nothing more. A loop that computes hears of nothing: end its thread or its process from outside, or have it look between two pieces.",
  },
  {
    when: ({ code, message }) => code === 'cpu' && /times the work took it/.test(message ?? ''),
    text: 'The more has come, the more the next piece costs: something is done to all of it each time, such as joining it (+=, Buffer.concat) or searching it from its start.',
  },
  {
    when: ({ code, message }) =>
      code === 'memory' && /should drop .* before .* wait for it/.test(message ?? ''),
    text: 'socket.writableLength says how much waits for a client. end() would send that first, to somebody who does not read it: destroy() lets go of it.',
  },
  {
    when: grewWithWhatWasSent,
    text: 'It grew by as much as its clients had sent: that is kept, in a variable, or in a socket that is written to faster than the other side reads.',
  },
  {
    when: (test) =>
      test.code === 'memory' && isGrowing(test) && test.conversation.some(({ kind }) => kind === 'pause'),
    text: "While the other side reads nothing, all that is made for it waits in the process. Make more only as long as write() returns true, and go on at 'drain'.",
  },
  {
    when: ({ code, message }) => code === 'no-rest' && /does not read/.test(message ?? ''),
    text: "While the other side reads nothing there is nothing to do: write() has returned false, and 'drain' says when to go on. Asking again and again, by a timer or setImmediate(), keeps the process awake.",
  },
  {
    when: (test) => test.code === 'no-rest',
    text: 'Something still runs by the clock. A timer knows nothing of the connection that it writes to: setInterval goes on until clearInterval, however the connection ended, and whoever starts a second one has to clear the first.',
  },
  {
    when: (test) =>
      test.code === 'silent' &&
      nearMiss(test, 'prefix') &&
      (test.failure?.offset ?? 0) <= CHUNK_BYTES &&
      lacksAnswer(test),
    text: 'Only a first part came. One message may arrive in several chunks, and several messages in one: TCP keeps the bytes and their order, and no borders.',
  },
]

/** One likely cause of a failure, where a rule recognised it. `source`: the program as it was checked, where that is known. */
export function likelyCause(test: TestResult, source?: string): string | undefined {
  return CAUSES.find((cause) => cause.when(test, source))?.text
}
