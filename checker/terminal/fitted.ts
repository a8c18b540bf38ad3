import { beside, viewOf, wrap } from './view.ts'

/**
 * Sentences broken into lines if a person reads them; indented text, such as a program's, stays as
 * it is.
 */
export function fitted(message: string): string {
  if (!process.stderr.isTTY) return message
  const { width } = viewOf(process.stderr, process.env)
  const lines = message.split('\n')
  return lines.map((line) => (/^\s/.test(line) ? line : wrap(line, width))).join('\n')
}

/**
 * A row on stdout: `text` beside `lead`, with what does not fit below it, if a person reads it.
 * No-break spaces hold words together.
 */
export function fittedRow(lead: string, text: string): string {
  const { width } = viewOf(process.stdout, process.env)
  const row = process.stdout.isTTY ? beside(lead, text, width) : lead + text
  return row.replaceAll('\u00a0', ' ')
}
