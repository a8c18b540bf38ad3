import { constants } from 'node:os'

/** How a process ended: a code, or the signal that killed it. */
export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
  /** Set if it could not be started at all. */
  error?: string
}

const SIGNAL_BASE = 128

/** If a signal killed their program, shells and sandboxes exit with 128 plus its number. */
export function exitOfWrapped(code: number | null, signal: NodeJS.Signals | null): Exit {
  const names = Object.entries(constants.signals) as [NodeJS.Signals, number][]
  const killer = names.find(([, number]) => code === SIGNAL_BASE + number)
  return killer ? { code: null, signal: killer[0] } : { code, signal }
}
