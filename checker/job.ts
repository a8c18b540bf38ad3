/** One check: which tests to run on which program. Everything the judge needs to know, ready to be sent. */
export interface Job {
  /** `03-echo`. */
  exercise: string
  /** Folder of the hidden tests. */
  tests: string
  subject: 'server' | 'client'
  program:
    | { kind: 'file'; file: string; shipped: string[] }
    | { kind: 'argv'; argv: readonly [string, ...string[]] }
    | { kind: 'command'; command: string }
  /** Working directory of the program. */
  cwd: string
  seed: number
}
