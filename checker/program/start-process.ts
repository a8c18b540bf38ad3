import { execa } from 'execa'
import { inherited, ofTheShell } from './inherited.ts'
import type { Launch, LearnersProcess } from './launch.ts'

/**
 * Starts the program, in a process group of its own; `own` are its own variables, beside those that
 * every program has of us.
 */
export function startProcess(
  launch: Launch,
  own: Readonly<Record<string, string>>,
  input: boolean,
): LearnersProcess {
  return execa(launch.command, launch.args, {
    cwd: launch.cwd,
    env: environmentOf(launch, own),
    extendEnv: false,
    shell: launch.shell ?? false,
    detached: true,
    cleanup: false,
    buffer: false,
    reject: false,
    stdin: input ? 'pipe' : 'ignore',
  })
}

/**
 * The variables of ours that every program has, or all of the shell's where it is a command of the
 * shell's, and its own.
 */
export function environmentOf(
  { shell, tmp }: Launch,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  return { ...(shell ? ofTheShell() : inherited()), TMPDIR: tmp, ...own }
}
