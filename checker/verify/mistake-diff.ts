import { applyPatch, FILE_HEADERS_ONLY, formatPatch, parsePatch, structuredPatch } from 'diff'

const CONTEXT_LINES = 3

/** A diff that does not fit the program that it is applied to, or is not a diff; says where. */
export class DoesNotApply extends Error {}

/**
 * The program that a unified diff makes of the reference. Each hunk has to fit at the line that it
 * names: one that also fits elsewhere could change another place than its author meant.
 */
export function applyDiff(reference: string, diff: string): string {
  const patch = parseOne(diff)
  const lines = reference.split('\n')
  for (const { oldStart, lines: hunk } of patch.hunks) {
    const old = hunk.filter((line) => !line.startsWith('+') && !line.startsWith('\\'))
    const wrong = old.findIndex((line, i) => lines[oldStart - 1 + i] !== line.slice(1))
    if (wrong !== -1)
      throw new DoesNotApply(
        `line ${oldStart + wrong} of the reference is not "${old[wrong]?.slice(1).trim()}"`,
      )
  }
  const program = applyPatch(reference, patch, { autoConvertLineEndings: false })
  if (program === false) throw new DoesNotApply('the end of the reference is not as the diff has it')
  return program
}

/** The unified diff that turns the reference into the program; empty if they are the same. */
export function makeDiff(file: string, reference: string, program: string): string {
  const patch = structuredPatch(file, file, reference, program, '', '', { context: CONTEXT_LINES })
  return patch.hunks.length === 0 ? '' : formatPatch(patch, FILE_HEADERS_ONLY)
}

function parseOne(diff: string) {
  try {
    const [patch, ...others] = parsePatch(diff)
    if (patch && patch.hunks.length > 0 && others.length === 0) return patch
  } catch (error) {
    throw new DoesNotApply(`it is not a unified diff: ${(error as Error).message}`)
  }
  throw new DoesNotApply('it is not one unified diff')
}
