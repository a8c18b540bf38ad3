// Writes its own gradebook wherever one might be.
//
// exercise: 03
// expect: fail

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const results = JSON.stringify({
  version: 1,
  results: [{ learner: 'me', exercise: '03-echo', verdict: 'pass', score: 1 }],
})
for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
  for (const name of [
    'results.json',
    'gradebook/results.json',
    'ledger.json',
    '.workshop/progress/03-echo.json',
  ]) {
    try {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), results)
    } catch {
      // The next place may be writable.
    }
  }
}
