/** What a mistake says of itself in its first comment. */
export interface MistakeHeader {
  /** Title of the first hidden test that it fails. */
  fails: string
  /** A part of the sentence that the learner reads. */
  says: string
}

/** Reads `// fails: …` and `// says: …`; undefined where one is missing. */
export function readMistakeHeader(source: string): MistakeHeader | undefined {
  const fails = /^\/\/ fails: (.+)$/m.exec(source)?.[1]?.trim()
  const says = /^\/\/ says: (.+)$/m.exec(source)?.[1]?.trim()
  return fails !== undefined && says !== undefined ? { fails, says } : undefined
}
