import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const NOT_OURS = ['dist', 'node_modules']

// A source of the checker that is newer than its build, or the build itself if it is missing;
// undefined if the build is fresh.
export function newerSource(checker) {
  const main = join(checker, 'dist', 'main.js')
  const built = statSync(main, { throwIfNoEntry: false })?.mtimeMs
  if (built === undefined) return main
  return sources(checker).find((path) => statSync(path).mtimeMs > built)
}

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return NOT_OURS.includes(entry.name) ? [] : sources(path)
    return /\.(ts|js)$/.test(entry.name) && !entry.name.endsWith('.test.ts') ? [path] : []
  })
}
