import { build, packages, temporary } from './files.ts'
import { ipv6, loopback, playPort, ports } from './network.ts'
import type { Probe } from './probe.ts'
import { editor, netcat, sandbox, strace } from './programs.ts'
import { processView, system } from './system.ts'
import { git, node, npm } from './versions.ts'

/**
 * What the doctor looks at, in the order in which it is listed. Ready codes hold the states in this
 * order: add at the end, and keep the place of a probe that is dropped.
 */
export const PROBES: readonly Probe[] = [
  node,
  npm,
  system,
  packages,
  build,
  ports,
  loopback,
  ipv6,
  processView,
  temporary,
  playPort,
  netcat,
  editor,
  git,
  strace,
  sandbox,
]
