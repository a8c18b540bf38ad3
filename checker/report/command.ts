import { wrap } from '../terminal/view.ts'

/** A word as a shell splits it, with what is quoted in one piece; a flag with its value. */
const WORD = /(?:--[\w-]+ (?=[^-\s]))?(?:"[^"]*"|'[^']*'|[^\s"'])+/g

/**
 * A command to type, and what it is for. If it does not fit on one line it continues after a
 * backslash, as shells allow, and what it is for stands below.
 */
export function renderCommand(command: string, width: number, remark = '', gap = '  '): string {
  const beside = `  ${command}${remark && gap}${remark}`
  if (beside.length <= width) return beside
  const below = remark === '' ? [] : [wrap(remark, width, '      ')]
  return [...linesOf(command, width), ...below].join('\n')
}

function linesOf(command: string, width: number): string[] {
  const lines: string[] = []
  let line = ' '
  for (const word of command.match(WORD) ?? []) {
    const isFull = line.length + 1 + word.length + ' \\'.length > width
    if (isFull && line.trim() !== '') {
      lines.push(`${line} \\`)
      line = '   '
    }
    line += ` ${word}`
  }
  return [...lines, line]
}
