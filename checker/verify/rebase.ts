import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { applyDiff, DoesNotApply } from './mistake-diff.ts'

/**
 * A program on the current reference; `conflicts` is how many places hold both sides between
 * conflict markers.
 */
export interface Merged {
  program: string
  conflicts: number
}

/**
 * Carries the changes from `base` to a program over to the current reference: a three-way merge.
 */
export async function merge(base: string, program: string, reference: string): Promise<Merged> {
  if (base === reference) return { program, conflicts: 0 }
  const folder = mkdtempSync(join(tmpdir(), 'accept-loop-merge-'))
  try {
    const sides = { reference, base, mistake: program }
    for (const [name, text] of Object.entries(sides)) writeFileSync(join(folder, name), text)
    const labels = ['-L', 'the reference', '-L', 'the reference before', '-L', 'the mistake']
    const { stdout, exitCode, stderr } = await execa(
      'git',
      ['merge-file', '-p', ...labels, ...Object.keys(sides)],
      { cwd: folder, reject: false, stripFinalNewline: false },
    )
    // Its exit code is the number of conflicts; above 127, an error.
    if (exitCode === undefined || exitCode > 127) throw new Error(`git merge-file: ${stderr}`)
    return { program: stdout, conflicts: exitCode }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/**
 * The newest committed text of the reference that a diff applies to, and the program that it makes
 * of it; undefined if there is none, or no git.
 */
export async function committedBase(
  root: string,
  path: string,
  diff: string,
): Promise<{ base: string; program: string } | undefined> {
  const log = await git(root, ['log', '--format=%H', '--', path])
  for (const commit of ['HEAD', ...(log ?? '').split('\n')].filter((each) => each !== '')) {
    const base = await git(root, ['show', `${commit}:./${path}`])
    if (base === undefined) continue
    try {
      return { base, program: applyDiff(base, diff) }
    } catch (error) {
      if (!(error instanceof DoesNotApply)) throw error
    }
  }
  return undefined
}

async function git(root: string, args: readonly string[]): Promise<string | undefined> {
  const { stdout, exitCode } = await execa('git', args, {
    cwd: root,
    reject: false,
    stripFinalNewline: false,
  })
  return exitCode === 0 ? stdout : undefined
}
