import type { ChildProcess } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'

/** How the learner's program is started. */
export interface Launch {
  /** The program and its arguments; with `shell`, one command line. */
  command: string
  args: readonly string[]
  shell?: boolean
  /** Working directory. */
  cwd: string
  /**
   * TMPDIR of the program: removed with everything in it, and the mark by which strays are found.
   */
  tmp: string
  /** Modules that the compiled file imports; unknown for programs in other languages. */
  imports?: readonly string[]
  /** True if the command is bubblewrap, and the program its grandchild. */
  caged?: boolean
  /**
   * The port of 127.0.0.1 on which the first process waits for a debugger, stopped at its first
   * line.
   */
  inspect?: number
  /**
   * Processes started ahead of time, for programs without a standard input: takes the next one,
   * which then runs with these variables.
   */
  standbys?: { take(own: Readonly<Record<string, string>>): LearnersProcess | undefined } | undefined
}

/** A process of the learner's, as we hold it. */
export type LearnersProcess = Pick<ChildProcess, 'pid' | 'exitCode' | 'signalCode' | 'on'> & {
  stdin: Writable | null
  stdout: Readable
  stderr: Readable
}
