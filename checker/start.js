// Every command starts here: builds the checker where the build is missing or older than a source, then runs it.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const checker = import.meta.dirname
const main = join(checker, 'dist', 'main.js')

if (isStale()) {
  const { buildChecker } = await import('./build.js')
  await buildChecker()
}
await import(main)

function isStale() {
  const built = statSync(main, { throwIfNoEntry: false })?.mtimeMs ?? 0
  return sources(checker).some((path) => statSync(path).mtimeMs > built)
}

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === 'dist' ? [] : sources(path)
    return /\.(ts|js)$/.test(entry.name) && !entry.name.endsWith('.test.ts') ? [path] : []
  })
}
