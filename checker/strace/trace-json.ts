import { explain } from './explain.ts'
import { rowsOf, type Trace } from './trace.ts'

const VERSION = 1

/** What `--json` prints; checker/judge/README.md documents every field. */
export function toJson(trace: Trace, recorded: boolean): object {
  const sentences = new Map(explain(trace).map((sentence, i) => [trace.calls[i], sentence]))
  const rows = rowsOf(trace)
  const start = Math.min(...rows.map((row) => ('call' in row ? row.call.began : row.at)))
  const since = (at: number) => Math.round((at - start) * 1000) / 1000
  return {
    version: VERSION,
    exercise: trace.exercise,
    file: trace.file,
    recorded,
    port: trace.port,
    remark: trace.remark,
    rows: rows.map((row) => {
      if ('happening' in row) return { ...row.happening, at: since(row.at) }
      const { call } = row
      const { began, returned, name, args, result, error, line, handler } = call
      const ms = returned === undefined ? undefined : Math.round((returned - began) * 1000) / 1000
      return {
        kind: 'call',
        at: since(began),
        ms,
        name,
        args,
        result,
        error,
        line,
        handler,
        sentence: sentences.get(call),
      }
    }),
    stdout: trace.stdout,
    stderr: trace.stderr,
  }
}
