import { viewOf, wrap } from './report/view.ts'

/** Sentences broken into lines where somebody reads them; what is indented, such as a program's text, stays as it is. */
export function fitted(message: string): string {
  if (!process.stderr.isTTY) return message
  const { width } = viewOf(process.stderr, process.env)
  const lines = message.split('\n')
  return lines.map((line) => (/^\s/.test(line) ? line : wrap(line, width))).join('\n')
}
