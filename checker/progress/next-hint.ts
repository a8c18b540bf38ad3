import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Exercise } from '../course/course.ts'
import { readHints } from '../course/hints.ts'
import { shippedFile } from '../files/shipped-file.ts'
import { viewOf, wrap } from '../terminal/view.ts'
import { type Progress, readProgress, writeProgress } from './progress.ts'

/** The next hint as text; it counts as shown. `again` is what shows the one after it. */
export function nextHint(root: string, exercise: Exercise, again: string, all = false): string {
  const progress = readProgress(root, exercise.name)
  const { width } = viewOf(process.stdout, process.env)
  const sections = readHints(readFileSync(shippedFile(root, join(exercise.folder, 'hints.md')), 'utf8'))
  const unchecked = progress.verdict === undefined
  const title = progress.failing ?? (unchecked ? sections[0]?.title : undefined)
  if (title === undefined)
    return wrap(`${exercise.name}: there is no hint to give. ${whyNone(exercise, progress)}`, width)
  const steps = sections.find((section) => section.title === title)?.steps ?? []
  const last = all ? steps.length : Math.min(unchecked ? 1 : progress.hints + 1, steps.length)
  const shown = steps
    .slice(all ? 0 : last - 1, last)
    .map((step, i) => `Hint ${all ? i + 1 : last} of ${steps.length}\n\n${indent(step, width)}`)
  if (!unchecked) writeProgress(root, { ...progress, hints: last })
  const more = last < steps.length ? `${again} shows the next one.` : 'That was the last hint for this test.'
  return [
    wrap(`${exercise.name}: the ${exercise.subject} ${title}`, width),
    ...shown,
    wrap(unchecked ? firstOnly(exercise) : more, width),
  ].join('\n\n')
}

/** Before the first check nobody knows which test fails: the first one has to pass in any case. */
function firstOnly({ number }: Exercise): string {
  return `This is for the first test: there was no check yet. npm run check ${number} finds the test that you need hints for.`
}

/** Says why there is no test to give a hint for, and what to do. */
function whyNone({ number }: Exercise, { verdict }: Progress): string {
  const again = `npm run check ${number}`
  if (verdict === 'pass') return 'It passed in its last check.'
  if (verdict === 'fail') return `The file did not compile in its last check. See where: ${again}`
  return `Its last check came to no verdict. Check it again: ${again}`
}

/** Prose is broken into lines; lines of code, which are indented, stay as they are. */
function indent(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => (/^\s/.test(line) ? `  ${line}` : wrap(line, width, '  ')))
    .join('\n')
}
