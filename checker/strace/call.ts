/** One system call as strace printed it, and the line of the learner's program that made it. */
export interface Call {
  /** The thread that made it. */
  pid: number
  /**
   * When it began and when it returned, in ms since the epoch; a call that never returned has no
   * `returned`.
   */
  began: number
  returned?: number
  name: string
  /** The arguments as strace prints them: `19<TCP:[127.0.0.1:4000]>`, `"hello\n"`, `SHUT_WR`. */
  args: string[]
  /** What it returned: a number, a descriptor with its label, or `?` if the process was gone. */
  result: string
  /** The name of errno if it failed: EADDRINUSE. */
  error?: string
  /** The line of the learner's file that led to it, `server.ts:12`, if it is known. */
  line?: string
  /** The line of the listener to which Node then passed what the call had returned. */
  handler?: string
}

/**
 * A descriptor with the label that `strace -yy` gives it:
 * `20<TCP:[127.0.0.1:4000->127.0.0.1:52146]>`.
 */
export interface Descriptor {
  fd: number
  /** TCP or TCPv6, UNIX-STREAM, `/etc/hosts`, `anon_inode:[eventpoll]`. */
  label: string
}

/** The descriptor in an argument or a result. */
export function toDescriptor(text: string | undefined): Descriptor | undefined {
  const match = /^(\d+)<(.*)>/s.exec(text ?? '')
  return match?.[1] === undefined ? undefined : { fd: Number(match[1]), label: match[2] ?? '' }
}

/**
 * The socket that a call is about: the one that it made, or its first argument. For epoll_ctl it is
 * the third.
 */
export function subjectOf(call: Call): Descriptor | undefined {
  const text = call.name === 'socket' ? call.result : call.name === 'epoll_ctl' ? call.args[2] : call.args[0]
  return toDescriptor(text)
}

/** True for a descriptor of a TCP socket, IPv4 or IPv6. */
export function isTcp(descriptor: Descriptor | undefined): boolean {
  return descriptor !== undefined && /^TCP(v6)?:/.test(descriptor.label)
}

/**
 * The two ends in a connected socket's label, as `address:port`; an IPv4 client of an IPv6 socket
 * is given by its IPv4 address.
 */
export function endsOf(descriptor: Descriptor | undefined): { local: string; remote: string } | undefined {
  const match = /\[(.+)->(.+)\]/.exec(descriptor?.label ?? '')
  const plain = (end: string) => end.replace(/^\[::ffff:([\d.]+)\]/, '$1')
  return match?.[1] && match[2] ? { local: plain(match[1]), remote: plain(match[2]) } : undefined
}

/** The number that a call returned, if it succeeded and returned one. */
export function returnedNumber(call: Call): number | undefined {
  return /^\d+/.test(call.result) ? Number.parseInt(call.result, 10) : undefined
}

/**
 * The address in an argument such as
 * `{sa_family=AF_INET, sin_port=htons(4000), sin_addr=inet_addr("127.0.0.1")}`.
 */
export function addressIn(arg: string | undefined): { address: string; port: number } | undefined {
  const port = /port=htons\((\d+)\)/.exec(arg ?? '')?.[1]
  const address = /inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"/.exec(arg ?? '')
  const text = address?.[1] ?? address?.[2]
  return port === undefined || text === undefined ? undefined : { address: text, port: Number(port) }
}

/** `127.0.0.1:4000`, `[::1]:4000`. */
export function showAddress({ address, port }: { address: string; port: number }): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`
}

/**
 * The bytes that an argument quotes; readv and writev quote several strings. `cut` is true if
 * strace left some out.
 */
export function bytesIn(arg: string | undefined): { bytes: Buffer; cut: boolean } {
  const parts = [...(arg ?? '').matchAll(/"((?:[^"\\]|\\.)*)"(\.\.\.)?/gs)]
  return {
    bytes: Buffer.concat(parts.map((part) => unescaped(part[1] ?? ''))),
    cut: parts.some((part) => part[2] !== undefined),
  }
}

const ESCAPES: Record<string, number> = { n: 10, r: 13, t: 9, v: 11, f: 12, '"': 34, '\\': 92 }

/** strace escapes as C does: one to three octal digits for bytes that have no escape letter. */
function unescaped(text: string): Buffer {
  const bytes: number[] = []
  for (const [token] of text.matchAll(/\\([0-7]{1,3}|x[0-9a-f]{2}|.)|[^\\]/gs)) {
    const rest = token.slice(1)
    if (!token.startsWith('\\')) bytes.push(...Buffer.from(token))
    else if (/^[0-7]/.test(rest)) bytes.push(Number.parseInt(rest, 8))
    else if (/^x./.test(rest)) bytes.push(Number.parseInt(rest.slice(1), 16))
    else bytes.push(ESCAPES[rest] ?? rest.charCodeAt(0))
  }
  return Buffer.from(bytes)
}
