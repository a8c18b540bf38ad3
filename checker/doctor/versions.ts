import { execa } from 'execa'
import { NODE_FLOOR } from '../build/node-floor.js'
import type { Finding, Probe } from './probe.ts'

/** `start.js` refuses an older one. */
export const node: Probe = {
  id: 'node',
  name: 'Node',
  matters: 'learner',
  use: 'Everything runs on it.',
  look: async () => ({
    state: 'ok',
    found: `${process.versions.node}; the course needs ${NODE_FLOOR} or newer`,
  }),
}

export const npm: Probe = {
  id: 'npm',
  name: 'npm',
  matters: 'learner',
  use: 'Commands are started by it.',
  async look(): Promise<Finding> {
    const version = await npmVersion()
    if (version !== undefined) return { state: 'ok', found: version }
    return { state: 'note', found: 'not found', remedy: 'node checker/start.js check 01 does without it.' }
  },
}

export const git: Probe = {
  id: 'git',
  name: 'git',
  matters: 'facilitator',
  use: 'Nothing that a learner does needs it; repositories in a roster are fetched with it.',
  async look(): Promise<Finding> {
    const version = await versionOf('git', /(\d+(\.\d+)+)/)
    if (version !== undefined) return { state: 'ok', found: version }
    return {
      state: 'note',
      found: 'not installed',
      remedy: 'Install git to keep what you write, and to get newer versions of the course.',
    }
  },
}

/** The version of the npm that started us, or otherwise of the one on the PATH. */
export async function npmVersion(env = process.env): Promise<string | undefined> {
  return /^npm\/(\S+)/.exec(env.npm_config_user_agent ?? '')?.[1] ?? versionOf('npm', /(\S+)/)
}

async function versionOf(command: string, pattern: RegExp): Promise<string | undefined> {
  const { stdout } = await execa(command, ['--version'], { reject: false })
  return pattern.exec(stdout ?? '')?.[1]
}
