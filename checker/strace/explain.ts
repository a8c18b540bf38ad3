import { countBytes } from '../program/bytes.ts'
import { addressIn, type Call, returnedNumber, showAddress, subjectOf } from './call.ts'
import { explainError } from './errno.ts'
import { explainOption } from './option.ts'
import { READS, type SocketState, SocketStates, WRITES } from './socket-states.ts'
import type { Trace } from './trace.ts'

/** What a sentence may draw on. */
interface Situation {
  call: Call
  fd: number
  /** What the call returned, if it is a number. */
  count: number
  /** The socket's state before the call. */
  socket: SocketState
  sockets: SocketStates
  /** True if the learner's lines are known and none of them led to this call. */
  unasked?: boolean
}

/** What the call did; `once` is added only the first time. */
interface Words {
  did: string
  once?: string
}

/** A call that may sleep is reported as having slept if it took at least this long. */
const SLEPT_MS = 5

/** A sentence for each call of a trace, in the order of the calls. */
export function explain(trace: Trace): string[] {
  const sockets = new SocketStates(trace)
  const said = new Set<string>()
  const marked = trace.calls.some(({ line }) => line !== undefined)
  return trace.calls.map((call) => {
    const fd = subjectOf(call)?.fd ?? -1
    const socket = { ...sockets.before(call) }
    const scene = { call, fd, socket, sockets, count: returnedNumber(call) ?? 0 }
    const { did, once } = wordsFor({ ...scene, ...(marked && { unasked: call.line === undefined }) })
    sockets.note(call)
    const first = once !== undefined && !said.has(once)
    if (once !== undefined) said.add(once)
    return [slept(scene), did, first ? once : ''].filter((part) => part !== '').join(' ')
  })
}

function wordsFor(scene: Situation): Words {
  const { call } = scene
  if (call.error === 'EAGAIN') return { did: nothingThere(call.name) }
  if (call.name === 'connect' && call.error === 'EINPROGRESS') return connecting(call)
  if (call.returned === undefined) return { did: 'It was still asleep when the program ended.' }
  if (call.error) return { did: explainError(call.error) }
  if (READS.has(call.name)) return reading(scene)
  if (WRITES.has(call.name)) return writing(scene)
  const words = WORDS[call.name]
  return words ? words(scene) : { did: `man 2 ${call.name} explains it.` }
}

const WORDS: Record<string, (scene: Situation) => Words> = {
  socket: ({ call, count }) => ({
    did: `A socket for TCP over ${call.args[0] === 'AF_INET6' ? 'IPv6' : 'IPv4'}: descriptor ${count}. It has no address yet.`,
    once: (call.args[1] ?? '').includes('SOCK_NONBLOCK')
      ? 'SOCK_NONBLOCK: no call on it may sleep. Where one would have to, it fails with EAGAIN instead, and epoll tells when to try again.'
      : 'It blocks: its calls sleep until they have something to return.',
  }),
  setsockopt: ({ call }) => ({ did: explainOption(call) }),
  getsockopt: ({ call }) => ({
    did: /\[0\]/.test(call.args[3] ?? '')
      ? 'Asks what became of the handshake: no error, so there is a connection.'
      : 'Asks what became of the handshake: it failed.',
  }),
  bind: ({ call, fd }) => {
    const to = addressIn(call.args[1])
    const where =
      to?.address === '0.0.0.0' || to?.address === '::' ? 'every address of this machine' : to?.address
    return { did: `Descriptor ${fd} now has an address: ${where}, port ${to?.port}.` }
  },
  listen: ({ call }) => ({
    did: `From now on the kernel completes handshakes by itself; up to ${call.args[1]} connections wait for accept.`,
  }),
  accept: accepting,
  accept4: accepting,
  connect: ({ call }) => ({ ...connecting(call), did: 'The handshake is over: there is a connection.' }),
  shutdown: ending,
  close: closing,
  getsockname: ({ call }) => ({ did: `Asks for the address at this end: ${shown(call)}.` }),
  getpeername: ({ call }) => ({ did: `Asks for the address at the other end: ${shown(call)}.` }),
  epoll_ctl: ({ call, fd }) => ({
    did:
      call.args[1] === 'EPOLL_CTL_DEL'
        ? `"Tell me nothing more about ${fd}."`
        : `"Tell me when ${fd} ${/EPOLLOUT/.test(call.args[3] ?? '') ? 'has room for bytes' : 'has something for me'}."`,
  }),
  epoll_wait: waking,
  epoll_pwait: waking,
}

function accepting({ call, fd, count, sockets }: Situation): Words {
  const { who } = sockets.accepted(call)
  return {
    did: `${possessive(who)} connection comes out of the queue: descriptor ${count}.`,
    once: `The kernel had completed it before. It is a socket of its own, for this client alone; ${fd} goes on listening.`,
  }
}

function connecting(call: Call): Words {
  const to = addressIn(call.args[1])
  return {
    did: `A SYN to ${to ? showAddress(to) : 'its address'}. The call does not wait for the answer: epoll tells when the handshake is over.`,
    once: 'The kernel chooses the port at this end.',
  }
}

function reading({ call, count, socket }: Situation): Words {
  if (count === 0 && socket.peerEnded) {
    return { did: `0 bytes again: ${socket.who} has ended, and every read from now on returns 0 at once.` }
  }
  if (count === 0) {
    return { did: `0 bytes: the FIN of ${socket.who}. Nothing more will come from there.` }
  }
  const room = Number(call.args[2])
  return {
    did: `${countBytes(count)} that ${socket.who} sent.`,
    ...(room > 0 && {
      once: `${call.name} gives what has arrived, here up to ${countBytes(room)}. It does not know whether that is a whole message.`,
    }),
  }
}

function writing({ call, count, socket }: Situation): Words {
  const asked = call.name === 'write' ? Number(call.args[2]) : count
  if (count < asked) {
    return {
      did: `The kernel has taken ${count.toLocaleString('en-US')} of ${countBytes(asked)} for ${socket.who}: its send buffer is full. The rest has to be written again.`,
    }
  }
  return {
    did: `The kernel has taken ${countBytes(count)} for ${socket.who}.`,
    once: 'It sends them, and again if they get lost. That write has returned does not mean that they have arrived.',
  }
}

function closing({ call, fd, socket, sockets, unasked }: Situation): Words {
  const free = `Descriptor ${fd} is free again.`
  if (sockets.heldElsewhere(call)) {
    return {
      did: `Closes ${fd} in this process. Another process has it too, and only the last close ends the connection.`,
    }
  }
  if (socket.listening) return { did: `${free} Nobody can connect any more; accepted connections stay.` }
  const unread = sockets.unread(socket, call.began)
  if (!socket.connected) return { did: free }
  if (socket.wasReset) return { did: `${free} The connection was gone already.` }
  if (unread > 0) {
    return {
      did: `${free} ${countBytes(unread)} had not been read, so the kernel sends RST to ${socket.who}, not FIN.`,
    }
  }
  if (socket.ended && socket.peerEnded) {
    const did = `${free} Both sides had ended before.`
    return unasked ? { did, once: 'No line asks for it: Node closes what is over.' } : { did }
  }
  if (socket.ended) return { did: `${free} The FIN of ${socket.who} had not come yet.` }
  return { did: `${free} Our side had not been ended, so this also sends the FIN to ${socket.who}.` }
}

function ending({ socket, unasked }: Situation): Words {
  const did = `Our FIN to ${socket.who}: we have sent everything.`
  if (!socket.peerEnded) return { did, once: 'It ends this direction only; reading goes on.' }
  if (unasked) {
    return { did, once: 'No line asks for it: Node answers a FIN with a FIN, unless allowHalfOpen is set.' }
  }
  return { did, once: 'Both sides have ended now. The descriptor is still there.' }
}

function waking({ call, count }: Situation): Words {
  const fds = [...(call.args[1] ?? '').matchAll(/u32=(\d+)/g)].map(([, fd]) => fd)
  const [those, have] = count === 1 ? ['descriptor', 'has'] : ['descriptors', 'have']
  return { did: `The event loop wakes: ${those} ${fds.join(', ')} ${have} something for it.` }
}

/** EAGAIN is not a failure: it is how a nonblocking socket says "not now". */
function nothingThere(name: string): string {
  if (/^accept/.test(name)) return 'EAGAIN: no other client waits in the queue.'
  if (WRITES.has(name)) return 'EAGAIN: the send buffer is full. epoll tells when there is room.'
  return 'EAGAIN: nothing has arrived yet. epoll tells when there is something.'
}

function slept({ call, socket }: Situation): string {
  const ms = (call.returned ?? 0) - call.began
  const sleeps = READS.has(call.name) || WRITES.has(call.name) || /^(accept|connect)/.test(call.name)
  return socket.blocking && sleeps && ms >= SLEPT_MS ? `It slept ${Math.round(ms)} ms.` : ''
}

function shown(call: Call): string {
  const address = addressIn(call.args[1])
  return address ? showAddress(address) : 'none'
}

function possessive(who: string): string {
  return `${who.charAt(0).toUpperCase()}${who.slice(1)}'s`
}
