import type { State } from './probe.ts'
import type { SystemKind } from './system.ts'

/** What a ready code says: enough to see why a learner is stuck, nothing about who they are. */
export interface MachineReadiness {
  /** A learner can work. */
  ready: boolean
  /** `20.20`. */
  node: string
  /** `11.19`, or `0` if there is none. */
  npm: string
  system: SystemKind
  arch: string
  /** In the order of the probes. */
  states: readonly State[]
}

const SYSTEMS: Readonly<Record<string, SystemKind>> = {
  l: 'Linux',
  s: 'WSL',
  v: 'WSL 1',
  m: 'macOS',
  w: 'Windows',
  o: 'another system',
}
const ARCHES: Readonly<Record<string, string>> = { x: 'x64', a: 'arm64', o: 'another processor' }
const STATES: readonly State[] = ['ok', 'note', 'bad']
const CODE = /^((?:un)?ready)-(\d+\.\d+)-(\d+\.\d+|0)-([lsvmwo])([xao])-([0-9a-z]+)-([0-9a-u])$/
/** A prime: most typing mistakes change the sum, including two swapped letters. */
const CHECK = 31

/**
 * `ready-20.20-11.19-lx-1c-h`: versions, system and processor, states, and a character that reveals
 * typing mistakes.
 */
export function toReadyCode({ ready, node, npm, system, arch, states }: MachineReadiness): string {
  const where = letterOf(SYSTEMS, system) + letterOf(ARCHES, arch)
  // The first probe is the lowest digit, so that a longer list does not change what a shorter one
  // says.
  const digits = states.toReversed().reduce((sum, state) => sum * STATES.length + STATES.indexOf(state), 0)
  const text = [ready ? 'ready' : 'unready', node, npm, where, digits.toString(36)].join('-')
  return `${text}-${checkOf(text)}`
}

/** Reads a code of `count` states; undefined if it is not a code, or not as it was sent. */
export function fromReadyCode(code: string, count: number): MachineReadiness | undefined {
  const text = code.trim().toLowerCase()
  const [, word, node = '', npm = '', system = '', arch = '', digits = '', check] = CODE.exec(text) ?? []
  if (check === undefined || check !== checkOf(text.slice(0, -2))) return undefined
  let rest = Number.parseInt(digits, 36)
  const states = Array.from({ length: count }, () => {
    const state = STATES[rest % STATES.length] ?? 'ok'
    rest = Math.floor(rest / STATES.length)
    return state
  })
  if (rest > 0) return undefined
  return {
    ready: word === 'ready',
    node,
    npm,
    system: SYSTEMS[system] ?? 'another system',
    arch: ARCHES[arch] ?? '',
    states,
  }
}

function letterOf(names: Readonly<Record<string, string>>, name: string): string {
  return Object.keys(names).find((letter) => names[letter] === name) ?? 'o'
}

function checkOf(text: string): string {
  const sum = [...text].reduce(
    (total, letter, i) => total + ((i % (CHECK - 1)) + 1) * letter.charCodeAt(0),
    0,
  )
  return (sum % CHECK).toString(CHECK)
}
