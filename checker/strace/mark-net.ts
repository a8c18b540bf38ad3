// Preloaded into the program that is traced: leaves in the trace which line of the learner's file
// is about to have Node call the kernel, and which one is told of what the kernel had. Nothing else
// changes for the program.
import { Server, Socket } from 'node:net'
import { lineOfCaller, mark } from './marker.ts'

type Method = (this: Socket & Server, ...args: never[]) => unknown

/** What leads to calls. */
const METHODS = [
  [Server.prototype, ['listen', 'close']],
  [Socket.prototype, ['connect', 'write', 'end', 'destroy', 'resetAndDestroy']],
] as const
/** Events that a read or an accept led to. */
const EVENTS = ['data', 'readable', 'end', 'connection']

/** Where each listener was put on, and where the one is from that runs now. */
const registered = new WeakMap<object, string>()
let handling = ''

for (const [prototype, names] of METHODS) {
  const methods = prototype as unknown as Record<string, Method>
  for (const name of names) {
    // Node calls some of these itself, from a handler of the learner's (pipe) or from none.
    replace(methods, name, (self) => mark(name, fdOf(self), lineOfCaller() || handling))
  }
  for (const name of ['on', 'addListener', 'once']) {
    replace(methods, name, (_, [event, listener]) => {
      // What Node puts on a socket that it makes is not the learner's.
      const line = lineOfCaller('at new Socket ')
      if (EVENTS.includes(event as string)) registered.set(listener as object, line)
    })
  }
  const emit = methods.emit as Method
  methods.emit = function (...args) {
    const [event, socket] = args as unknown[]
    if (!EVENTS.includes(event as string)) return emit.apply(this, args)
    const before = handling
    handling =
      this.rawListeners(event as string)
        .map(lineOf)
        .find(Boolean) ?? ''
    mark(`on-${event}`, fdOf(event === 'connection' ? socket : this), handling)
    try {
      return emit.apply(this, args)
    } finally {
      handling = before
    }
  }
}

function replace(
  methods: Record<string, Method>,
  name: string,
  before: (self: object, args: unknown[]) => void,
): void {
  const original = methods[name]
  if (!original) return
  methods[name] = function (...args) {
    before(this, args)
    return original.apply(this, args)
  }
}

/** Where a listener was put on; one that `once` took is wrapped. */
function lineOf(listener: object): string | undefined {
  const { listener: inner } = listener as { listener?: object }
  return registered.get(listener) ?? (inner && registered.get(inner))
}

function fdOf(target: unknown): number | undefined {
  return (target as { _handle?: { fd?: number } } | undefined)?._handle?.fd
}
