import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chooseExercise } from '../current.ts'
import { readHints } from '../hints.ts'
import { readProgress, writeProgress } from '../state.ts'

/** `npm run hint 03`: the next of three steps for the first test that failed in the last check. */
export function hint(root: string, word: string | undefined, { all }: { all?: boolean }): number {
  const exercise = chooseExercise(root, word)
  const progress = readProgress(root, exercise.name)
  if (progress.failing === undefined) {
    const next =
      progress.attempts === 0
        ? `Check it first: npm run check ${exercise.number}`
        : 'No test failed in its last check.'
    console.log(`${exercise.name}: there is no hint to give. ${next}`)
    return 0
  }
  const sections = readHints(readFileSync(join(exercise.folder, 'hints.md'), 'utf8'))
  const steps = sections.find((section) => section.title === progress.failing)?.steps ?? []
  const last = all ? steps.length : Math.min(progress.hints + 1, steps.length)
  const subject = exercise.file === 'client.ts' ? 'client' : 'server'
  console.log(`${exercise.name}: the ${subject} ${progress.failing}\n`)
  for (const [i, step] of steps.slice(all ? 0 : last - 1, last).entries()) {
    console.log(`Hint ${all ? i + 1 : last} of ${steps.length}\n\n${indent(step)}\n`)
  }
  writeProgress(root, { ...progress, hints: last })
  console.log(
    last < steps.length
      ? `npm run hint ${exercise.number} shows the next one.`
      : 'That was the last hint for this test.',
  )
  return 0
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ')
}
