import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Exercise } from '../course.ts'
import { chooseExercise } from '../current.ts'
import { readHints } from '../hints.ts'
import { readProgress, writeProgress } from '../state.ts'

/** `npm run hint 03`: the next of three steps for the first test that failed in the last check. */
export function hint(root: string, word: string | undefined, { all }: { all?: boolean }): number {
  const exercise = chooseExercise(root, word)
  console.log(nextHint(root, exercise, `npm run hint ${exercise.number}`, all))
  return 0
}

/** The next hint as text; it counts as shown. `again` is what shows the one after it. */
export function nextHint(root: string, exercise: Exercise, again: string, all = false): string {
  const progress = readProgress(root, exercise.name)
  if (progress.failing === undefined) {
    const next =
      progress.attempts === 0
        ? `Check it first: npm run check ${exercise.number}`
        : 'No test failed in its last check.'
    return `${exercise.name}: there is no hint to give. ${next}`
  }
  const sections = readHints(readFileSync(join(exercise.folder, 'hints.md'), 'utf8'))
  const steps = sections.find((section) => section.title === progress.failing)?.steps ?? []
  const last = all ? steps.length : Math.min(progress.hints + 1, steps.length)
  const subject = exercise.file === 'client.ts' ? 'client' : 'server'
  const shown = steps
    .slice(all ? 0 : last - 1, last)
    .map((step, i) => `Hint ${all ? i + 1 : last} of ${steps.length}\n\n${indent(step)}`)
  writeProgress(root, { ...progress, hints: last })
  const more = last < steps.length ? `${again} shows the next one.` : 'That was the last hint for this test.'
  return [`${exercise.name}: the ${subject} ${progress.failing}`, ...shown, more].join('\n\n')
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ')
}
