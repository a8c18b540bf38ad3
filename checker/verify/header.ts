/** What a mistake's header says about it. */
export interface MistakeHeader {
  /** Title of the first hidden test that it fails. */
  fails: string
  /** A part of the sentence that the learner reads. */
  says: string
}

/** How the lines of a header begin: `//` in a program, `#` above a diff. */
export type Mark = '//' | '#'

/** A file's header, its lines without their mark, and the text that follows it. */
export interface Headed {
  header: string[]
  rest: string
}

/** Reads `fails: …` and `says: …`; undefined if one is missing. */
export function readMistakeHeader(source: string): MistakeHeader | undefined {
  const fails = /^(?:\/\/|#) fails: (.+)$/m.exec(source)?.[1]?.trim()
  const says = /^(?:\/\/|#) says: (.+)$/m.exec(source)?.[1]?.trim()
  return fails !== undefined && says !== undefined ? { fails, says } : undefined
}

/** Splits the marked lines at the top of a file, and the empty ones below them, from the rest. */
export function splitHeader(text: string, mark: Mark): Headed {
  const lines = text.split('\n')
  const end = lines.findIndex((line) => !line.startsWith(mark))
  const start = lines.findIndex((line, i) => i >= end && line !== '')
  return {
    header: lines.slice(0, end).map((line) => line.slice(mark.length).trim()),
    rest: start === -1 ? '' : lines.slice(start).join('\n'),
  }
}

/** The opposite of `splitHeader`. */
export function joinHeader({ header, rest }: Headed, mark: Mark): string {
  const lines = header.map((line) => `${mark} ${line}`.trimEnd())
  return `${lines.join('\n')}\n\n${rest}`
}
