import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { newerSource } from '../build/stale.js'
import type { Finding, Probe } from './probe.ts'

const MIB = 1024 * 1024
/** A check writes far less; a disk that is nearly full fails at something else first. */
const ENOUGH_MIB = 100

export const packages: Probe = {
  id: 'packages',
  name: 'packages',
  matters: 'learner',
  use: 'Tests run on Jest, your file is compiled by esbuild and its types are checked by TypeScript.',
  async look(root): Promise<Finding> {
    const wanted = lockedVersions(join(root, 'package-lock.json'))
    // npm records what it installed.
    const installed = lockedVersions(join(root, 'node_modules/.package-lock.json'))
    const wrong = [...wanted].filter(([path, version]) => installed.get(path) !== version)
    if (wrong.length === 0) return { state: 'ok', found: 'installed' }
    const names = wrong.map(([path]) =>
      path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
    )
    const more = names.length > 3 ? `, and ${names.length - 3} more` : ''
    return {
      state: 'bad',
      found: `missing, or not of the version that the course asks for: ${names.slice(0, 3).join(', ')}${more}`,
      remedy: 'Install them: npm ci',
    }
  },
}

/**
 * The version of each package in a lock file, by its folder; leaves out packages that are only for
 * some systems.
 */
function lockedVersions(path: string): Map<string, string | undefined> {
  if (!existsSync(path)) return new Map()
  const lock = JSON.parse(readFileSync(path, 'utf8')) as {
    packages?: Record<string, { version?: string; optional?: boolean }>
  }
  const packages = Object.entries(lock.packages ?? {}).filter(
    ([name, { optional }]) => name !== '' && !optional,
  )
  return new Map(packages.map(([name, { version }]) => [name, version]))
}

export const build: Probe = {
  id: 'build',
  name: 'build',
  matters: 'learner',
  use: 'The checker is built once, not at each command.',
  async look(root): Promise<Finding> {
    const newer = newerSource(join(root, 'checker'))
    if (newer === undefined) return { state: 'ok', found: 'fresh' }
    return {
      state: 'note',
      found: `${relative(root, newer)} is always newer than the build, so every command builds again`,
      remedy: 'Its time is in the future: set the clock, then touch the file.',
    }
  },
}

export const temporary: Probe = {
  id: 'temporary',
  name: 'folders',
  matters: 'learner',
  use: 'A check writes what it compiles, and keeps your progress.',
  async look(root): Promise<Finding> {
    const workshop = join(root, '.workshop')
    for (const folder of [workshop, tmpdir()]) {
      try {
        mkdirSync(folder, { recursive: true })
        rmSync(mkdtempSync(join(folder, 'doctor-')), { recursive: true })
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        return {
          state: 'bad',
          found: `nothing can be written in ${folder} (${code})`,
          remedy: 'Make it writable, or set TMPDIR to a folder that is.',
        }
      }
    }
    const { bavail, bsize } = await statfs(workshop)
    const free = Math.floor((bavail * bsize) / MIB)
    if (free >= ENOUGH_MIB) return { state: 'ok', found: '.workshop and the temporary folder can be written' }
    return {
      state: 'note',
      found: `${free} MiB are free on the disk`,
      remedy: `Have ${ENOUGH_MIB} MiB free.`,
    }
  },
}
