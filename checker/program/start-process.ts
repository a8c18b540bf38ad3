import { execa } from 'execa'
import { inherited, ofTheShell } from './inherited.ts'
import type { Launch, LearnersProcess } from './launch.ts'

/**
 * Starts the program in its own process group; `own` are its own variables, besides those that we
 * give every program.
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
 * Its own variables, plus those of ours that every program has; or, for a shell command, all of the
 * shell's.
 */
export function environmentOf(
  { shell, tmp }: Launch,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  return { ...(shell ? ofTheShell() : inherited()), TMPDIR: tmp, ...own }
}
