/** The number of a call on x86-64 and on arm64; undefined if a machine does not have it. */
type Numbers = readonly [number, number | undefined]

/**
 * System calls that servers do not need and that have let programs out of sandboxes, or that hold
 * memory outside every limit.
 */
const DENIED: Readonly<Record<string, Numbers>> = {
  // Other processes.
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  kcmp: [312, 272],
  // Memory that is not charged to any process.
  memfd_create: [319, 279],
  memfd_secret: [447, 447],
  shmget: [29, 194],
  semget: [64, 190],
  msgget: [68, 186],
  mq_open: [240, 180],
  io_setup: [206, 0],
  // Counted per user, not per process.
  inotify_init: [253, undefined],
  inotify_init1: [294, 26],
  fanotify_init: [300, 262],
  // Namespaces and mounts.
  unshare: [272, 97],
  setns: [308, 268],
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  open_tree: [428, 428],
  move_mount: [429, 429],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  mount_setattr: [442, 442],
  open_by_handle_at: [304, 265],
  // Large parts of the kernel with a history of holes.
  bpf: [321, 280],
  perf_event_open: [298, 241],
  userfaultfd: [323, 282],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  add_key: [248, 217],
  request_key: [249, 218],
  keyctl: [250, 219],
}

/**
 * When a call is allowed or denied: which bits of which argument (from 0) are tested, and the
 * values they may have.
 */
interface ArgumentRule {
  numbers: Numbers
  argument: number
  mask: number
  /** All other values are answered with `error`. */
  allowed?: readonly number[]
  denied?: readonly number[]
  error: number
}

const [AF_UNIX, AF_INET, AF_INET6, AF_NETLINK] = [1, 2, 10, 16]
const [MAP_SHARED, MAP_TYPE, MAP_ANONYMOUS] = [0x01, 0x0f, 0x20]
const EPERM = 1
const EAFNOSUPPORT = 97
const WHOLE = 0xffffffff

/** Calls that every server makes, but only in some forms. */
const RULES: readonly ArgumentRule[] = [
  // A program learns its own addresses through netlink.
  {
    numbers: [41, 198],
    argument: 0,
    mask: WHOLE,
    allowed: [AF_UNIX, AF_INET, AF_INET6, AF_NETLINK],
    error: EAFNOSUPPORT,
  },
  { numbers: [53, 199], argument: 0, mask: WHOLE, allowed: [AF_UNIX], error: EAFNOSUPPORT },
  // Shared memory without a file: once unmapped, it is not charged to any process.
  {
    numbers: [9, 222],
    argument: 3,
    mask: MAP_TYPE | MAP_ANONYMOUS,
    denied: [MAP_SHARED | MAP_ANONYMOUS],
    error: EPERM,
  },
]

/** The machine's name in a filter, and the column of its numbers. */
const MACHINES: Readonly<Record<string, { audit: number; column: 0 | 1 }>> = {
  x64: { audit: 0xc000003e, column: 0 },
  arm64: { audit: 0xc00000b7, column: 1 },
}

/** Operations of the kernel's packet filter (BPF), which also filters calls. */
const LOAD = 0x20
const JUMP_EQUAL = 0x15
const JUMP_AT_LEAST = 0x35
const AND = 0x54
const RETURN = 0x06
/**
 * Offsets, in what the filter sees, of the call's number, the machine and the lower halves of the
 * arguments.
 */
const NUMBER = 0
const MACHINE = 4
const ARGUMENTS = 16
const ARGUMENT_BYTES = 8
const ALLOW = 0x7fff0000
const KILL_PROCESS = 0x80000000
const ERRNO = 0x00050000
const ENOSYS = 38
/**
 * Numbers from here on belong to x32, another way to make the same calls on x86-64, which would
 * bypass the filter.
 */
const X32 = 0x40000000

/**
 * A seccomp program that makes the kernel answer these calls as if it did not know them. Undefined
 * for machines whose call numbers are not listed here: there the namespaces and limits have to
 * suffice.
 */
export function syscallFilter(arch: string = process.arch): Buffer | undefined {
  const machine = MACHINES[arch]
  if (!machine) return undefined
  const numbers = Object.values(DENIED).flatMap((each) => each[machine.column] ?? [])
  const deny = step(RETURN, ERRNO | ENOSYS)
  return Buffer.concat([
    step(LOAD, MACHINE),
    step(JUMP_EQUAL, machine.audit, 1, 0),
    step(RETURN, KILL_PROCESS),
    step(LOAD, NUMBER),
    ...[step(JUMP_AT_LEAST, X32, 0, 1), deny],
    ...numbers.flatMap((number) => [step(JUMP_EQUAL, number, 0, 1), deny]),
    ...RULES.flatMap((rule) => stepsOf(rule, rule.numbers[machine.column])),
    step(RETURN, ALLOW),
  ])
}

/**
 * Decides the call with this number by its argument, and leaves all other calls to the next steps.
 * Both machines store the lower half first.
 */
function stepsOf(
  { argument, mask, allowed, denied = [], error }: ArgumentRule,
  number: number | undefined,
): Buffer[] {
  if (number === undefined) return []
  const [told, otherwise] = allowed ? [ALLOW, ERRNO | error] : [ERRNO | error, ALLOW]
  const decision = [
    step(LOAD, ARGUMENTS + argument * ARGUMENT_BYTES),
    step(AND, mask),
    ...(allowed ?? denied).flatMap((value) => [step(JUMP_EQUAL, value, 0, 1), step(RETURN, told)]),
    step(RETURN, otherwise),
  ]
  return [step(JUMP_EQUAL, number, 0, decision.length), ...decision]
}

/**
 * One step: an operation with its operand, and how many steps to skip if a comparison is true and
 * if it is false.
 */
function step(operation: number, operand: number, whenTrue = 0, whenFalse = 0): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt16LE(operation, 0)
  bytes.writeUInt8(whenTrue, 2)
  bytes.writeUInt8(whenFalse, 3)
  bytes.writeUInt32LE(operand >>> 0, 4)
  return bytes
}
