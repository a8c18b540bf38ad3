/** The hints of one hidden test, in three steps. */
export interface HintSection {
  title: string
  steps: string[]
}

/**
 * Reads hints.md: a `## title of the test` and an ordered list of three. A step goes on over indented lines and blank ones.
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
      section.steps.push(`${section.steps.pop()}\n${line.replace(/^ {3}/, '')}`)
  }
  return sections.map(({ title, steps }) => ({ title, steps: steps.map((step) => step.trim()) }))
}
