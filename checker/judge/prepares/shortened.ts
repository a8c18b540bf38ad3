import type { CompileError } from '../verdict.ts'

/**
 * Learners decide how long a line is, and so how long the compiler's sentence about it. This much
 * is enough of either.
 */
const MAX_LETTERS = 1000

/** The same, with long texts cut. */
export function shortened({ message, text, column, ...place }: CompileError): CompileError {
  return { ...place, message: cut(message), text: cut(text), column: Math.min(column, MAX_LETTERS) }
}

function cut(text: string): string {
  return text.length > MAX_LETTERS ? `${text.slice(0, MAX_LETTERS)}…` : text
}
