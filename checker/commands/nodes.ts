import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { UsageError } from '../errors/usage.ts'
import { withScratch } from '../files/scratch.ts'

/** The Node versions on which the course has to pass, besides the one that runs this. */
const VERSIONS = ['22', '24', '26']

/**
 * `npm run test:nodes`: repeats the proof on other versions of Node, each installed from npm into a
 * temporary folder.
 */
export async function nodes(root: string, versions: readonly string[]): Promise<number> {
  const results: { version: string; code: number }[] = []
  await withScratch(root, '.workshop-nodes-', async (folder) => {
    for (const version of versions.length > 0 ? versions : VERSIONS) {
      const node = await install(folder, version)
      const { stdout } = await execa(node, ['--version'])
      console.log(`\nNode ${stdout}`)
      const { exitCode } = await execa(node, [join(root, 'checker/start.js'), 'verify'], {
        cwd: root,
        stdio: 'inherit',
        reject: false,
      })
      results.push({ version: stdout, code: exitCode ?? 1 })
    }
  })
  console.log('')
  for (const { version, code } of results) console.log(`Node ${version}: ${code === 0 ? 'passed' : 'FAILED'}`)
  return results.every(({ code }) => code === 0) ? 0 : 1
}

/** npm has a package of Node for each platform, which contains only the program. */
async function install(folder: string, version: string): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`
  const target = join(folder, version)
  mkdirSync(target)
  writeFileSync(join(target, 'package.json'), '{ "private": true }')
  try {
    await execa('npm', ['install', '--no-save', '--no-audit', '--no-fund', `${name}@${version}`], {
      cwd: target,
    })
  } catch {
    throw new UsageError(
      `Node ${version} could not be installed: npm has no ${name}@${version}, or is not reached.`,
    )
  }
  return join(target, 'node_modules', name, 'bin', 'node')
}
