import type { TestResult } from '../judge/verdict.ts'

/**
 * A likely cause, with the rule that recognises it. A rule must not match any other mistake: causes
 * that are merely possible are left to the hints. `source` is the learner's program, if it is known
 * to be what was checked.
 */
interface Cause {
  when: (test: TestResult, source?: string) => boolean
  text: string
}

/** The most that Node hands over in one chunk. */
const CHUNK_BYTES = 65_536

/** A write that takes only part of the bytes happens only after many bytes. */
const MIN_SKIPPED_AT = 1024

/** The first port that Linux gives to a program that names none. */
const EPHEMERAL = 32_768

/**
 * A run of bytes too long to be the same by chance, and how far into an answer it is looked for.
 */
const TELLING_BYTES = 4
const LOOKED_AT_BYTES = 20

const printed = (test: TestResult, what: RegExp) => what.test(test.stderr)
const nearMiss = (test: TestResult, kind: string) => test.failure?.nearMiss === kind

/**
 * True if what did not come depends on what was sent, and so was overlooked. A missing error
 * message does not.
 */
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

/** True if what did not come was printed instead. */
function isPrinted({ failure, stdout }: TestResult): boolean {
  if (!failure?.expected || (failure.offset ?? 0) > 0) return false
  const missing = Buffer.from(failure.expected, 'base64').toString().trim()
  return missing.length >= TELLING_BYTES && stdout.includes(missing)
}

/** True if the learner's program is a client: the sentence names its subject. */
function isClient({ message }: TestResult): boolean {
  return message?.startsWith('The client') === true
}

/** True if the server's end came right after the client's, with no byte in between. */
function endsWithTheClient({ failure, conversation }: TestResult): boolean {
  const kinds = conversation.filter(({ peer }) => peer === failure?.peer).map(({ kind }) => kind)
  const since = kinds.slice(kinds.lastIndexOf('fin-sent') + 1)
  return kinds.includes('fin-sent') && since.includes('fin') && !since.includes('received')
}

/** True if a client waits for the end that answers its own. */
function hasSentItsEnd({ failure, conversation }: TestResult): boolean {
  return conversation.some(({ kind, peer }) => kind === 'fin-sent' && peer === failure?.peer)
}

/**
 * True if the end reached a client that had not read for a while, after only part of what was due.
 */
function cutsOffASlowReader({ failure, conversation }: TestResult): boolean {
  const kinds = conversation.filter(({ peer }) => peer === failure?.peer).map(({ kind }) => kind)
  return kinds.includes('pause') && kinds.at(-1) === 'fin' && kinds.at(-2) === 'received'
}

/**
 * True if a connection was reset on which the client had said nothing, so that no byte was left
 * unread.
 */
function isResetUnheard({ code, failure, conversation }: TestResult): boolean {
  return code === 'reset' && !conversation.some(({ kind, peer }) => kind === 'sent' && peer === failure?.peer)
}

/** True if the port that it listens on is the given one with its two bytes in the other order. */
function hasSwappedPort({ code, message, conversation }: TestResult): boolean {
  const given = Number(conversation.find(({ kind }) => kind === 'start')?.text)
  const taken = Number(/listens on \S+:(\d+)/.exec(message ?? '')?.[1])
  return code === 'wrong-port' && taken === ((given & 0xff) << 8) + (given >> 8)
}

/** True if the port is one of those that the kernel chooses from when none is named. */
function isOfTheKernelsChoice({ code, message }: TestResult): boolean {
  return code === 'wrong-port' && Number(/listens on \S+:(\d+)/.exec(message ?? '')?.[1]) >= EPHEMERAL
}

/** True if it began to spin once a client had ended its side and nothing more was read. */
function spinsAtTheEnd({ failure, conversation }: TestResult): boolean {
  const kinds = conversation.filter(({ peer }) => peer === failure?.peer).map(({ kind }) => kind)
  return (
    failure?.spun === true &&
    kinds.includes('fin-sent') &&
    kinds.lastIndexOf('sent') < kinds.lastIndexOf('fin-sent')
  )
}

/** True if the program had listened: it ended later, rather than never having begun. */
function hasListened({ conversation }: TestResult): boolean {
  return conversation.some(({ kind }) => kind === 'ready')
}

/** True if what is missing is at the start or the end of a line, where trim() removes it. */
function isAtAnEdge({ failure }: TestResult): boolean {
  const { expected = '', offset = 0, window = 0 } = failure ?? {}
  const due = Buffer.from(expected, 'base64').toString('latin1')
  const [before, rest] = [due.slice(0, offset - window), due.slice(offset - window)]
  return /(^|\n)$/.test(before) || /^\s+(\S|$)/.exec(rest)?.[1] === '' || /^[ \t\r]*\n/.test(rest)
}

/** True if zero bytes came that no client had sent, as in a new buffer. */
function sendsZeros({ failure }: TestResult): boolean {
  if (failure?.code !== 'wrong-bytes' || failure.offset === undefined) return false
  const from = failure.offset - (failure.window ?? 0)
  const part = (base64 = '') => Buffer.from(base64, 'base64').subarray(from, from + ZEROS)
  const isZero = (bytes: Buffer) => bytes.every((byte) => byte === 0)
  const came = part(failure.actual)
  return came.length === ZEROS && isZero(came) && !isZero(part(failure.expected))
}

/** No exercise's data contains this many zeros in a row. */
const ZEROS = 16

/** True if everything sent before came again, followed by what was due. */
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

/**
 * True if this client has received nothing, while another one that came before it is still there
 * and is not itself waiting.
 */
function waitsForAnother(test: TestResult): boolean {
  const { code, failure, conversation } = test
  if (code !== 'silent' || (failure?.position ?? 0) > 0 || failure?.peer === undefined) return false
  // An error message may be missing for other reasons.
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

/**
 * True if the client that sent what came here is still connected: a server may keep what a client
 * that has left gave it.
 */
function isOfSomebodyHere({ code, message, conversation }: TestResult): boolean {
  const sender = /, which (.+) had sent/.exec(message ?? '')?.[1]
  return (
    code === 'foreign-bytes' && !conversation.some(({ kind, peer }) => peer === sender && ENDS.includes(kind))
  )
}

/** True if it grew by about as much as its clients sent, and hardly any of it came back. */
function grewWithWhatWasSent({ code, message }: TestResult): boolean {
  const told =
    /of the (\d+) MiB that it used at first, but it grew to (\d+) MiB after its clients had sent (\d+) MiB and received ([\d,]+) bytes/
  const [, before, grown, sent] = told.exec(code === 'memory' ? (message ?? '') : '') ?? []
  return sent !== undefined && Number(sent) >= ALL_BUT * (Number(grown) - Number(before))
}

/** True for a process that grew, and not for a client that was not dropped. */
function isGrowing({ message }: TestResult): boolean {
  return /should stay within .* but it grew to/.test(message ?? '')
}

/** The share that is left for the bytes themselves, beside what V8 takes. */
const ALL_BUT = 0.7

const IN_NATIVE_CODE: readonly unknown[] = ['SIGABRT', 'SIGSEGV', 'SIGBUS', 'SIGFPE']

const HALF_OPEN = /allowHalfOpen:\s*true/

/** In order: the first one that matches is shown, or none. */
const CAUSES: readonly Cause[] = [
  {
    when: spinsAtTheEnd,
    text: 'It used the CPU the whole time, as an endless loop does. The client has ended: from then on read() returns 0 at once, every time, and a loop that does not stop at 0 never ends.',
  },
  {
    when: ({ failure }) => failure?.spun === true,
    text: 'It used the CPU the whole time, as an endless loop does. Until the loop ends, nothing else in the process runs: no handler and no timer.',
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
    text: 'The port was taken. Either it is written into the program and another program has it, or, right after a restart, SO_REUSEADDR is missing (node:net sets it for you).',
  },
  {
    when: (test) =>
      test.code === 'exited' &&
      printed(test, /ERR_BUFFER_OUT_OF_BOUNDS|"offset" is out of range/) &&
      printed(test, /\bread(U?Int|Big|Float|Double)/),
    text: 'The program read a number where there were too few bytes: a chunk may end anywhere, even within a header, and a length may be wrong. First check how many bytes there are.',
  },
  {
    when: (test) => test.code === 'exited' && test.exit?.code === 0 && isClient(test),
    text: 'The process ended too early. Either it called process.exit(), which throws away what stdout has not taken yet, or it had nothing left to wait for, as after destroy().',
  },
  {
    when: (test) => test.code === 'exited' && test.exit?.code === 0 && hasListened(test),
    text: 'It had listened, but then it ended. process.exit() ends a process at once, server.close() when the last connection is gone, and with system calls it ends after the loop around accept().',
  },
  {
    when: (test) => test.code === 'exited' && test.exit?.code === 0,
    text: 'A process ends when it has nothing left to do. With node:net a listening socket keeps it alive: is listen() called, and does the socket stay open? With system calls only a loop around accept() does.',
  },
  {
    when: (test) => test.code === 'exited' && printed(test, /heap out of memory/),
    text: 'Its memory was full: the program keeps something that grows with every byte or every client, and never removes any of it.',
  },
  {
    when: ({ code, exit }) => code === 'exited' && IN_NATIVE_CODE.includes(exit?.signal),
    text: 'A signal such as SIGABRT or SIGSEGV comes from native code that got a value it cannot use, such as a string where a call takes a number: inet_addr() makes a number of an address, htons() of a port.',
  },
  {
    when: (test) => test.code === 'exited' && printed(test, /accept: EINVAL/),
    text: 'accept() takes connections from a socket that listens: after bind() it needs listen().',
  },
  {
    when: (test) => test.code === 'exited' && printed(test, /accept: EBADF/),
    text: 'accept() got a descriptor that has been closed. The listening socket has one descriptor, and each connection has another.',
  },
  {
    when: ({ code, message }) => code === 'refused' && /nobody listens there any more/.test(message ?? ''),
    text: 'The process still runs, but its listening socket is closed. server.close() stops listening for everybody; end() and destroy() of a socket concern one connection.',
  },
  {
    when: (test) => test.code === 'stderr' && printed(test, /Unhandled 'error' event/),
    text: "An 'error' event that nobody listens for is thrown, which ends the process with a stack trace. Listen for 'error', print one line, and exit with code 1.",
  },
  {
    when: ({ code, message, stderr }) =>
      code === 'stderr' && /it printed a stack trace/.test(message ?? '') && !/^Node\.js v/m.test(stderr),
    text: 'If you print the error itself, you print its stack too. The message alone is one line: error.message.',
  },
  {
    when: ({ code, message, stdout }) =>
      code === 'stderr' && /it printed nothing there/.test(message ?? '') && stdout.trim() !== '',
    text: 'It printed this on stdout, where console.log writes. Results belong there; errors go to stderr, with console.error.',
  },
  {
    when: ({ code, exit }) => code === 'exit-code' && exit?.code === 0,
    text: 'Exit code 0 says that everything went well, and a process that ends by itself has that code. process.exitCode = 1, or process.exit(1), says otherwise.',
  },
  {
    when: hasSwappedPort,
    text: 'The two bytes of the port are in the wrong order: on the network the higher one comes first, and htons() puts it there.',
  },
  {
    when: ({ code, message }) => code === 'never-listened' && /a Unix socket/.test(message ?? ''),
    text: 'listen(port, host) takes the port first. With a string first, listen() makes a Unix socket: a file of that name, not a port.',
  },
  {
    when: isOfTheKernelsChoice,
    text: 'If you did not write this port anywhere, the kernel chose it, as it does if listen() comes without bind(), or with port 0 or undefined. The port to use is in process.env.PORT, as text.',
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
    text: 'White space is missing, as after trim(). To TCP a space or a line feed is a byte like any other.',
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
    text: 'Zero bytes (00) came that nobody sent; a new buffer is full of them. read() returns how many bytes it has put there: send these, not the whole buffer.',
  },
  {
    when: (test) => nearMiss(test, 'skipped') && (test.failure?.offset ?? 0) >= MIN_SKIPPED_AT,
    text: 'Bytes are missing here, and then the stream goes on with the bytes after them: the program did not write everything that it read. The system call write() returns how many bytes it took, which may not be all of them; and a buffer of a fixed size may be too small for a chunk.',
  },
  {
    when: sendsAllAgain,
    text: 'Bytes that had been sent before came again: something is sent twice, such as a buffer that is never emptied.',
  },
  {
    when: (test) => nearMiss(test, 'doubled'),
    text: 'The answer starts again from its beginning: something is sent twice, such as a buffer that is never emptied.',
  },
  {
    when: isOfSomebodyHere,
    text: 'What one client sent reached another: a variable outside the connection handler is shared by all of them.',
  },
  {
    when: isResetUnheard,
    text: 'Its client had sent nothing, so no unread bytes caused this. Closing the listening socket resets the connections that wait to be accepted; resetAndDestroy() resets one that was accepted.',
  },
  {
    when: (test) => test.code === 'reset',
    text: 'RST came instead of FIN. destroy() throws away what is still to be sent, and a socket that is closed with unread bytes sends RST. end() sends the rest, then FIN.',
  },
  {
    when: (test) => (test.code === 'silent' || test.code === 'ended') && isPrinted(test),
    text: "The answer was printed, not sent: console.log writes to the terminal, the socket's write() to the other side.",
  },
  {
    when: ({ code, message }) =>
      code === 'not-ended' && message?.endsWith('but it went on reading.') === true,
    text: "end() ends only the server's own direction. A client that does not end its own holds the connection, and can go on sending: destroy() ends it, whatever the client does.",
  },
  {
    when: (test) => test.code === 'not-ended' && !isClient(test) && hasSentItsEnd(test),
    text: "The client has sent its FIN, and waits for the server's. With node:net call end(), since allowHalfOpen turns off the automatic answer; with system calls, close(). A program sees the client's FIN only when it has read every byte before it.",
  },
  {
    when: ({ code, conversation }) =>
      code === 'not-ended' && conversation.some(({ kind, peer }) => kind === 'fin-sent' && peer === 'stdin'),
    text: "The input has ended, and the other side does not know it yet. The socket's end() sends what is left, then FIN, and you can still read the answer.",
  },
  {
    when: (test) => test.code === 'not-ended' && !isClient(test),
    text: 'A connection stays open until somebody ends it. end() sends what is left, and then FIN; with system calls, close() does.',
  },
  {
    when: (test, source) =>
      test.code === 'ended' && !isClient(test) && endsWithTheClient(test) && HALF_OPEN.test(source ?? ''),
    text: "The server's FIN came right after the client's, and the last answer is missing. allowHalfOpen is set, so the program itself ended the connection without that answer: with end(), with destroy(), or with a for await loop, which destroys the socket when it is over (unless it iterates over socket.iterator({ destroyOnReturn: false })).",
  },
  {
    when: (test) => test.code === 'ended' && !isClient(test) && endsWithTheClient(test),
    text: "The server's FIN came right after the client's, and the last answer is missing. An answer that is written later is lost: node:net ends its half when the client does, unless allowHalfOpen is true.",
  },
  {
    when: waitsForAnother,
    text: "A client that came before this one is still connected. If a server waits for one client's end, or for its next word, before it looks at the next client, all the others have to wait.",
  },
  {
    when: (test) => test.code === 'ended' && cutsOffASlowReader(test),
    text: 'The connection ended while bytes for a slow reader still waited in the socket. destroy() throws them away, and so does anything that calls it: a time-out, an error such as a write after end(), or the end of a for await loop over the socket. end() sends them first.',
  },
  {
    when: (test) => test.code === 'sockets',
    text: "A connection costs a descriptor until it is closed in both directions: with allowHalfOpen until end(), with system calls until close(). The client's FIN comes after its last byte: if nobody reads the bytes, nobody sees the FIN.",
  },
  {
    when: (test) => test.code === 'cpu' && test.conversation.some(({ kind }) => kind === 'reset-sent'),
    text: "The program still works for a client that is gone. A reset closes the socket: at its 'close' event, stop what runs for that client, and begin nothing more. A loop that computes notices nothing: end its thread or its process from outside, or let it check between two pieces.",
  },
  {
    when: ({ code, message }) => code === 'cpu' && /times the work took it/.test(message ?? ''),
    text: 'The more bytes have come, the more the next piece costs: each time the program does something with all of them, such as joining them (+=, Buffer.concat) or searching them from the start.',
  },
  {
    when: ({ code, message }) =>
      code === 'memory' && /should drop .* before .* wait for it/.test(message ?? ''),
    text: 'socket.writableLength tells you how much waits for a client. end() would first send that, to a client that does not read it; destroy() drops it.',
  },
  {
    when: grewWithWhatWasSent,
    text: 'It grew by as much as its clients had sent, so it keeps that somewhere: in a variable, or in a socket to which it writes faster than the other side reads.',
  },
  {
    when: (test) =>
      test.code === 'memory' && isGrowing(test) && test.conversation.some(({ kind }) => kind === 'pause'),
    text: "While the other side reads nothing, everything that you write for it waits in the process. Write more only as long as write() returns true, and go on at 'drain'.",
  },
  {
    when: ({ code, message }) => code === 'no-rest' && /does not read/.test(message ?? ''),
    text: "While the other side reads nothing there is nothing to do: write() has returned false, and 'drain' tells you when to go on. A timer or setImmediate() that asks again and again keeps the process awake.",
  },
  {
    when: (test) => test.code === 'no-rest',
    text: 'A timer still runs. It does not know that its connection is over: setInterval goes on until clearInterval, however the connection ended. If you start a second timer, clear the first.',
  },
  {
    when: (test) =>
      test.code === 'silent' &&
      nearMiss(test, 'prefix') &&
      (test.failure?.offset ?? 0) <= CHUNK_BYTES &&
      lacksAnswer(test),
    text: 'Only a first part came. One message may arrive in several chunks, and several messages in one: TCP preserves bytes and their order, not boundaries.',
  },
]

/**
 * One likely cause of a failure, if a rule recognises it. `source`: the program as it was checked,
 * if that is known.
 */
export function likelyCause(test: TestResult, source?: string): string | undefined {
  return CAUSES.find((cause) => cause.when(test, source))?.text
}
