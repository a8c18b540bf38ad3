import { readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Runnable } from '../../course/submission.ts'
import type { Launch } from '../../program/launch.ts'

const INLINE_MAP = /(?<=^\/\/# sourceMappingURL=data:application\/json;base64,)\S+/m

/**
 * The same launch, for a debugger on this port. Its source map names the learner's own file instead
 * of the compiled copy, so that breakpoints set there work.
 */
export function debuggable(launch: Launch, program: Runnable, inspect: number): Launch {
  const compiled = launch.args.at(-1)
  if (program.kind === 'file' && compiled !== undefined) {
    const code = readFileSync(compiled, 'utf8')
    writeFileSync(
      compiled,
      code.replace(INLINE_MAP, (map) => withSource(map, program.file)),
    )
  }
  return { ...launch, inspect }
}

function withSource(base64: string, file: string): string {
  const map: { sources: string[] } = JSON.parse(Buffer.from(base64, 'base64').toString())
  const sources = map.sources.map((source) => (basename(source) === basename(file) ? file : source))
  return Buffer.from(JSON.stringify({ ...map, sources })).toString('base64')
}
