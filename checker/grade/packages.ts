import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Exercise } from '../course/course.ts'
import { importedPackages } from '../course/modules.ts'

/**
 * The folders of the packages that the files shipped with an exercise use, and everything that
 * these packages depend on. A learner's file may import these packages too, and no others.
 */
export function packagesOf(root: string, { shipped }: Exercise): string[] {
  const names = new Set(shipped.flatMap((path) => importedPackages(readFileSync(path, 'utf8'))))
  for (const name of names)
    for (const needed of dependenciesOf(join(root, 'node_modules', name))) names.add(needed)
  return [...names].map((name) => join(root, 'node_modules', name)).filter((folder) => existsSync(folder))
}

function dependenciesOf(folder: string): string[] {
  const file = join(folder, 'package.json')
  if (!existsSync(file)) return []
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(file, 'utf8')) as {
    dependencies?: Record<string, string>
    optionalDependencies?: Record<string, string>
  }
  return Object.keys({ ...dependencies, ...optionalDependencies })
}
