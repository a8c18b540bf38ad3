import { paint, type View, wrap } from '../terminal/view.ts'
import type { Call } from './call.ts'
import { explain } from './explain.ts'
import { showCall } from './show-call.ts'
import { showHappening } from './show-happening.ts'
import { rowsOf, type Trace, type TraceRow } from './trace.ts'

/** From this width on, the conversation has a column of its own. */
const WIDE = 60
const TIME = 7
const LEFT = 21
/** Rows shown of a long trace, from its start and from its end. */
const FIRST_ROWS = 60
const LAST_ROWS = 20

/** One row of the output, apart from its time. */
interface Line {
  at: number
  side: 'conversation' | 'calls'
  text: string
  /** The call alone, if `text` also says how often it was made. */
  call?: string
  sentence?: string
  line?: string
}

/**
 * The trace in two columns, the conversation and the calls; in one column if there is no room for
 * two.
 */
export function renderTrace(trace: Trace, view: View): string {
  const lines = toLines(trace, view)
  const start = lines[0]?.at ?? 0
  const left = lines.length - FIRST_ROWS - LAST_ROWS
  const shown = left > 1 ? [...lines.slice(0, FIRST_ROWS), left, ...lines.slice(-LAST_ROWS)] : lines
  const body = shown.map((line) =>
    typeof line === 'number' ? `${' '.repeat(TIME)}  (${line} rows left out)` : renderLine(line, start, view),
  )
  return [head(trace, view), ...body, ...legend(trace, view)].join('\n')
}

function head({ subject }: Trace, view: View): string {
  const text =
    view.width < WIDE
      ? `${'ms'.padStart(TIME)}  calls, and > the conversation`
      : `${'ms'.padStart(TIME)}  ${'the conversation'.padEnd(LEFT)}the system calls of the ${subject}`
  return paint(view, 'bold', text)
}

function legend({ calls }: Trace, view: View): string[] {
  if (!calls.some(({ line, handler }) => line || handler)) return []
  const arrow = view.unicode ? '→' : '->'
  const text = `A line such as server.ts:9 led to the call; ${arrow} is the listener that was told of what it returned.`
  return [
    '',
    ...wrap(text, view.width)
      .split('\n')
      .map((each) => paint(view, 'dim', each)),
  ]
}

function toLines(trace: Trace, view: View): Line[] {
  const sentences = new Map(explain(trace).map((sentence, i) => [trace.calls[i], sentence]))
  const lines: Line[] = []
  let times = 1
  for (const row of rowsOf(trace)) {
    const next = toLine(row)
    const last = lines.at(-1)
    if (last && next.side === 'calls' && last.call === next.text && last.line === next.line) {
      times += 1
      last.text = `${next.text} (${times.toLocaleString('en-US')} times)`
      continue
    }
    times = 1
    lines.push(next)
  }
  return lines

  function toLine(row: TraceRow): Line {
    if ('happening' in row) {
      const room = view.width < WIDE ? view.width - TIME - 4 : LEFT - 1
      return { at: row.at, side: 'conversation', text: showHappening(row.happening, trace, room) }
    }
    const { call } = row
    const sentence = sentences.get(call) ?? ''
    return {
      at: row.at,
      side: 'calls',
      text: showCall(call),
      call: showCall(call),
      sentence,
      ...placeOf(call, view),
    }
  }
}

/** The line that led to the call, or, with an arrow, the line that it was reported to. */
function placeOf({ line, handler }: Call, view: View): { line?: string } {
  if (line) return { line }
  return handler ? { line: `${view.unicode ? '→' : '->'} ${handler}` } : {}
}

function renderLine(line: Line, start: number, view: View): string {
  const ms = (line.at - start).toFixed(view.width < WIDE ? 0 : 1)
  const time = paint(view, 'dim', ms.padStart(TIME))
  return line.side === 'conversation' ? renderTold(line, time, view) : renderCall(line, time, view)
}

function renderTold({ text }: Line, time: string, view: View): string {
  const narrow = view.width < WIDE
  const told = wrap(text, narrow ? view.width - TIME - 4 : LEFT - 1).split('\n')
  const sign = view.unicode ? '▶ ' : '> '
  const lead = (i: number) => (narrow ? (i === 0 ? sign : '  ') : '')
  return hang(
    told.map((each, i) => lead(i) + paint(view, 'cyan', each)),
    time,
    TIME + 2,
  )
}

function renderCall({ text, line, sentence = '' }: Line, time: string, view: View): string {
  const indent = TIME + 2 + (view.width < WIDE ? 0 : LEFT)
  const room = view.width - indent
  const call = wrap(text, room, '  ').split('\n')
  call[0] = call[0]?.trimStart() ?? ''
  return hang([...placed(call, line, room, view), ...wrap(sentence, room, '  ').split('\n')], time, indent)
}

/** The call with the learner's line at its right, or below it if there is no room. */
function placed(call: readonly string[], place: string | undefined, room: number, view: View): string[] {
  const bold = call.map((each) => paint(view, 'bold', each))
  if (place === undefined) return bold
  const last = call.at(-1)?.length ?? 0
  const inside = last + 2 + place.length <= room
  const before = ' '.repeat(room - place.length - (inside ? last : 0))
  const shown = before + paint(view, 'yellow', place)
  return inside ? [...bold.slice(0, -1), bold.at(-1) + shown] : [...bold, shown]
}

function hang(lines: readonly string[], time: string, indent: number): string {
  const [first = '', ...rest] = lines
  return [time + ' '.repeat(indent - TIME) + first, ...rest.map((each) => ' '.repeat(indent) + each)]
    .map((each) => each.trimEnd())
    .join('\n')
}
