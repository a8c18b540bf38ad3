// Looks through every folder for the files of others, and runs the first server that is not its
// own.
//
// exercise: 03
// expect: fail

import { readdirSync } from 'node:fs'
import { join } from 'node:path'

function serversBelow(folder: string, depth: number): string[] {
  if (depth === 0) return []
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory() && !['proc', 'sys'].includes(entry.name)) return serversBelow(path, depth - 1)
      return /^server\.(ts|mjs|js)$/.test(entry.name) && !path.startsWith(import.meta.dirname) ? [path] : []
    })
  } catch {
    return []
  }
}

for (const path of serversBelow('/', 7)) await import(path)
