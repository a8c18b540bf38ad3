import type { Launch } from './launch.ts'
import { hasProc, run } from './proc.ts'
import { ESTABLISHED, tcpTable } from './tcp-table.ts'

/**
 * What Node itself says on stderr about its debugger. It does not count as the program's output.
 */
const REMARK =
  /^(Debugger (listening on|attached|ending on)|For help, see: https:\/\/nodejs|Waiting for the debugger to disconnect).*\n?/gm
/** How long one look for a debugger is reused. */
const LOOK_MS = 200

/** A launch under Node whose process waits for a debugger at its first line. */
export function forDebugger(launch: Launch & { inspect: number }): Launch {
  const flags = [`--inspect-brk=127.0.0.1:${launch.inspect}`, '--inspect-publish-uid=http']
  return { ...launch, args: [...flags, ...launch.args] }
}

/**
 * Watches whether a debugger holds a process up: from the start until one has come, and for as long
 * as it is attached.
 */
export class DebuggerWatch {
  readonly port: number
  #hasCome = false
  #look = { at: Number.NEGATIVE_INFINITY, attached: false }

  constructor(port: number) {
    this.port = port
  }

  /** What the program printed on stderr, without Node's remarks about its debugger. */
  heed(bytes: Buffer): Buffer {
    const text = bytes.toString('latin1')
    // It may have come and gone between two looks.
    this.#hasCome ||= text.includes('Debugger attached.')
    return Buffer.from(text.replace(REMARK, ''), 'latin1')
  }

  get isHeld(): boolean {
    const now = performance.now()
    if (now - this.#look.at > LOOK_MS) this.#look = { at: now, attached: isAttached(this.port) }
    this.#hasCome ||= this.#look.attached
    return !this.#hasCome || this.#look.attached
  }
}

function isAttached(port: number): boolean {
  if (!hasProc) return run('lsof', ['-nP', `-iTCP@127.0.0.1:${port}`, '-sTCP:ESTABLISHED', '-t']) !== ''
  return tcpTable(['tcp']).some((row) => row.port === port && row.state === ESTABLISHED)
}
