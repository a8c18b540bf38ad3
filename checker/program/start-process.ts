import { execa } from 'execa'
import { inherited } from './inherited.ts'
import type { Launch, LearnersProcess } from './launch.ts'

/** Starts the program, in a process group of its own; `own` are its own variables, beside those that every program has of us. */
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

/** The variables of ours that every program has, and its own. */
export function environmentOf(
  { tmp }: Launch,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  return { ...inherited(), TMPDIR: tmp, ...own }
}
