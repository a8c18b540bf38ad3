// Every command starts here: builds the checker if the build is missing or older than a source,
// then runs it.
import './build/node-floor.js'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { newerSource } from './build/stale.js'

const checker = import.meta.dirname

// With NODE_ENV=production npm does not install what a check needs.
if (!existsSync(join(checker, '../node_modules/esbuild'))) {
  console.error('The packages of the course are not installed here: npm ci --include=dev')
  process.exit(3)
}
if (newerSource(checker) !== undefined) {
  const { buildChecker } = await import('./build/build.js')
  await buildChecker()
}
// As URLs: import() does not take the paths of Windows.
if (process.argv[2] === 'check') {
  const { startFirstJudge } = await import(new URL('dist/first-judge.js', import.meta.url).href)
  startFirstJudge(join(checker, '..'))
}
await import(new URL('dist/main.js', import.meta.url).href)
