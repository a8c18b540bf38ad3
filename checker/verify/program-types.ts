import { writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { execaNode } from 'execa'

/**
 * Type-checks the programs that diffs make, all in one run of tsc; the project's own run covers the
 * other programs of the course. Returns the first error of each file, by the file's path.
 */
export async function typeErrorsIn(
  root: string,
  folder: string,
  files: readonly string[],
): Promise<Map<string, string>> {
  if (files.length === 0) return new Map()
  const config = join(folder, 'tsconfig.json')
  const compilerOptions = { types: ['node'] }
  writeFileSync(
    config,
    JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, include: [], files }),
  )
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const { stdout, exitCode } = await execaNode(tsc, ['-p', config, '--noEmit', '--pretty', 'false'], {
    cwd: root,
    reject: false,
  })
  const errors = new Map<string, string>()
  for (const line of stdout.split('\n')) {
    const [, file, number, message] = /^(\S.*)\((\d+),\d+\): (error TS\d+: .+)$/.exec(line) ?? []
    if (file === undefined || errors.has(resolve(root, file))) continue
    errors.set(resolve(root, file), `line ${number} of its program: ${message}`)
  }
  if (exitCode !== 0 && errors.size === 0) throw new Error(`tsc ${relative(root, config)}: ${stdout}`)
  return errors
}
