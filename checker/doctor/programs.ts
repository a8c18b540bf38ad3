import { execa } from 'execa'
import { UsageError } from '../errors/usage.ts'
import { isInstalled } from '../files/installed.ts'
import { lackOfSandbox, sandboxedLauncher } from '../sandbox/sandbox.ts'
import { editorOf } from '../terminal/editor.ts'
import type { Finding, Probe } from './probe.ts'

export const netcat: Probe = {
  id: 'netcat',
  name: 'netcat',
  matters: 'learner',
  use: 'In the lessons you talk to your server by hand with nc.',
  async look(): Promise<Finding> {
    const name = ['nc', 'ncat'].find(isInstalled)
    if (name !== undefined) return { state: 'ok', found: name }
    return {
      state: 'note',
      found: 'not installed',
      remedy: 'On Debian and Ubuntu: sudo apt-get install netcat-openbsd. In exercise 04 you write your own.',
    }
  },
}

export const editor: Probe = {
  id: 'editor',
  name: 'editor',
  matters: 'learner',
  use: 'A key of npm start opens it, and so does npm run diff -- --editor.',
  async look(): Promise<Finding> {
    try {
      const { command } = editorOf(process.env)
      if (isInstalled(command)) return { state: 'ok', found: command }
      return {
        state: 'note',
        found: `${command} is not on the PATH`,
        remedy: 'Set VISUAL or EDITOR to one that is.',
      }
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      const remedy = 'To have it opened for you, set VISUAL or EDITOR, such as EDITOR=vim or VISUAL=code.'
      return { state: 'note', found: 'none is named', remedy }
    }
  },
}

export const strace: Probe = {
  id: 'strace',
  name: 'strace',
  matters: 'learner',
  use: "npm run syscalls uses it to show your server's system calls.",
  async look(): Promise<Finding> {
    if (process.platform !== 'linux') return { state: 'note', found: 'it exists on Linux only' }
    if (!isInstalled('strace')) {
      return {
        state: 'note',
        found: 'not installed',
        remedy: 'On Debian and Ubuntu: sudo apt-get install strace',
      }
    }
    const { exitCode, stderr } = await execa('strace', ['-f', '-e', 'trace=none', 'true'], { reject: false })
    if (exitCode === 0) return { state: 'ok', found: 'it can trace programs' }
    return {
      state: 'note',
      found: `it cannot trace programs here: ${lastLine(stderr)}`,
      remedy: 'A container needs --cap-add=SYS_PTRACE.',
    }
  },
}

/**
 * Started once to see that it works: having its programs says little if namespaces are forbidden.
 */
export const sandbox: Probe = {
  id: 'sandbox',
  name: 'sandbox',
  matters: 'facilitator',
  use: 'npm run grade runs submissions in it.',
  async look(root): Promise<Finding> {
    const lack = lackOfSandbox()
    if (lack !== undefined) return { state: 'note', found: 'not here', remedy: lack }
    const { wrap, env } = sandboxedLauncher(root)
    const [command = '', ...args] = [...wrap, 'true']
    const { exitCode, stderr } = await execa(command, args, { env, extendEnv: false, reject: false })
    if (exitCode === 0) return { state: 'ok', found: 'bubblewrap starts' }
    return {
      state: 'note',
      found: `bubblewrap does not start: ${lastLine(stderr)}`,
      remedy:
        'User namespaces have to be allowed: sysctl kernel.unprivileged_userns_clone=1, on Ubuntu 24.04 and newer kernel.apparmor_restrict_unprivileged_userns=0, in a container --security-opt seccomp=unconfined.',
    }
  },
}

function lastLine(text: string | undefined): string {
  return text?.trim().split('\n').at(-1) || 'it gives no reason'
}
