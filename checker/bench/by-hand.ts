import { cpSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { execa } from 'execa'

/** What is not part of a fresh clone. */
const NOT_CLONED = /^(node_modules|\.git|gradebook|checker\/dist|\.workshop.*)(\/|$)/

/** How long each step took, in milliseconds. */
export interface ByHand {
  copy: number
  install: number
  jest: number
}

/**
 * What is done today for one submission: a fresh copy of the course with the learner's files in it,
 * `npm ci` (using npm's own cache where it can), and `npx jest` on all exercises. Undefined if the
 * packages cannot be installed.
 */
export async function gradeByHand(
  root: string,
  submission: string,
  folder: string,
): Promise<ByHand | undefined> {
  const copy = await timed(async () => {
    const filter = (path: string) => !NOT_CLONED.test(relative(root, path))
    cpSync(root, folder, { recursive: true, filter })
    cpSync(submission, join(folder, 'exercises'), { recursive: true })
  })
  const install = await timed(async () => {
    const { exitCode } = await execa('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund'], {
      cwd: folder,
      reject: false,
    })
    if (exitCode !== 0) throw new Error('npm ci')
  }).catch(() => undefined)
  if (install === undefined) return undefined
  const jest = await timed(async () => {
    // Exits with 1 if a test fails, as it should for a submission with mistakes.
    await execa('npx', ['jest', '--selectProjects', 'exercises', '--ci'], {
      cwd: folder,
      reject: false,
    })
  })
  rmSync(folder, { recursive: true, force: true })
  return { copy, install, jest }
}

/** How many milliseconds something takes. */
export async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}
