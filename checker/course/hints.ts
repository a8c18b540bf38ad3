import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { usage } from '../errors/usage.ts'
import { shippedFile } from '../files/shipped-file.ts'
import type { Exercise } from './course.ts'

/** The hints of one hidden test, in three steps. */
export interface HintSection {
  title: string
  steps: string[]
}

/** The hints of an exercise: one section per hidden test, in their order. */
export function hintsOf(root: string, exercise: Exercise): HintSection[] {
  return readHints(readFileSync(shippedFile(root, join(exercise.folder, 'hints.md')), 'utf8'))
}

/**
 * Titles of the hidden tests that contain these words, in any case, and of the others. A usage
 * error if none does.
 */
export function titlesWith(
  root: string,
  exercise: Exercise,
  words: string,
): { named: [string, ...string[]]; others: string[] } {
  const titles = hintsOf(root, exercise).map(({ title }) => title)
  const isNamed = (title: string) => title.toLowerCase().includes(words.trim().toLowerCase())
  const [first, ...more] = titles.filter(isNamed)
  if (first === undefined) throw usage(`No test of ${exercise.name} has "${words}" in its title.`, titles)
  return { named: [first, ...more], others: titles.filter((title) => !isNamed(title)) }
}

/**
 * Reads hints.md: a `## title of the test` and an ordered list of three. A step continues over
 * indented and blank lines. As in all Markdown, a line of prose continues the one before it; blank
 * lines and lines of code stay separate lines.
 */
export function readHints(markdown: string): HintSection[] {
  const sections: HintSection[] = []
  for (const line of markdown.split(/\r?\n/)) {
    const title = /^## (.+)$/.exec(line)?.[1]
    const step = /^\d\. (.*)$/.exec(line)?.[1]
    const section = sections.at(-1)
    if (title !== undefined) sections.push({ title: title.trim(), steps: [] })
    else if (section && step !== undefined) section.steps.push(step)
    else if (section && section.steps.length > 0)
      section.steps.push(joined(section.steps.pop() ?? '', line.replace(/^ {3}/, '')))
  }
  return sections.map(({ title, steps }) => ({ title, steps: steps.map((step) => step.trim()) }))
}

function joined(text: string, line: string): string {
  const isProse = /^\S/.test(line) && /(^|\n)\S[^\n]*$/.test(text)
  return isProse ? `${text} ${line}` : `${text}\n${line}`
}
