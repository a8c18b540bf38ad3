// Preloaded into the traced program: writes into the trace which line of the learner's file is
// about to make Node call the kernel, and which listener receives the result. It changes nothing
// else for the program.
import { Server, Socket } from 'node:net'
import { lineOfCaller, mark } from './marker.ts'

type Method = (this: Socket & Server, ...args: never[]) => unknown

/** Methods that lead to system calls. */
const METHODS = [
  [Server.prototype, ['listen', 'close']],
  [Socket.prototype, ['connect', 'write', 'end', 'destroy', 'resetAndDestroy']],
] as const
/** Events that result from a read or an accept. */
const EVENTS = ['data', 'readable', 'end', 'connection']

/** Where each listener was added, and where the one that is running was added. */
const registered = new WeakMap<object, string>()
let handling = ''

for (const [prototype, names] of METHODS) {
  const methods = prototype as unknown as Record<string, Method>
  for (const name of names) {
    // Node itself calls some of these, either from a learner's handler (pipe) or on its own.
    replace(methods, name, (self) => mark(name, fdOf(self), lineOfCaller() || handling))
  }
  for (const name of ['on', 'addListener', 'once']) {
    replace(methods, name, (_, [event, listener]) => {
      // Listeners that Node adds to a socket it creates are not the learner's.
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

/** Where a listener was added; `once` wraps its listener. */
function lineOf(listener: object): string | undefined {
  const { listener: inner } = listener as { listener?: object }
  return registered.get(listener) ?? (inner && registered.get(inner))
}

function fdOf(target: unknown): number | undefined {
  return (target as { _handle?: { fd?: number } } | undefined)?._handle?.fd
}
