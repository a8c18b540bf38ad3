// Runs at install: builds the checker, if npm has installed what builds it.
import './node-floor.js'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

// With NODE_ENV=production npm leaves out what a check needs.
if (!existsSync(join(import.meta.dirname, '../../node_modules/esbuild'))) {
  console.error('What a check needs was left out of this install. Install it: npm ci --include=dev')
  process.exit(1)
}
const { buildChecker } = await import('./build.js')
await buildChecker()
