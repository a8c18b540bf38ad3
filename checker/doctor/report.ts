import { paint, type View, wrap } from '../terminal/view.ts'
import type { Examined, Finding, State } from './probe.ts'
import type { MachineReadiness } from './ready-code.ts'

const WORDS: Record<State, string> = { ok: 'ok', note: 'note', bad: 'FAIL' }
const SIGNS: Record<State, string> = { ok: '✓', note: '!', bad: '✗' }
const STYLES = { ok: 'green', note: 'yellow', bad: 'red' } as const
const WORD_WIDTH = 4
const NAME_WIDTH = 'process view'.length
/** With less room than this, what was found begins on a new line. */
const MIN_ROOM = 30
const NARROW_INDENT = 4

const HEADINGS = { learner: 'For a learner', facilitator: 'For a facilitator only' } as const

/** Everything that was looked at, grouped by the person it matters to, and what to do. */
export function renderExamination(examined: readonly Examined[], code: string, view: View): string {
  return [...listsOf(examined, view), summary(examined, code, view)].join('\n\n')
}

/**
 * A code in words, for the person it was sent to. A code cannot hold what was found, so this says
 * what each thing is for.
 */
export function renderReadiness(
  readiness: MachineReadiness,
  examined: readonly Examined[],
  view: View,
): string {
  const { ready, node, npm, system, arch } = readiness
  const where = `Node ${node}, npm ${npm === '0' ? 'not found' : npm}, ${system} on ${arch}.`
  const troubled = examined.filter(({ finding }) => finding.state !== 'ok')
  const can = ready ? 'A learner can work there.' : 'A learner cannot work there yet.'
  const rest = troubled.length > 0 ? listsOf(troubled, view) : ['No problems found.']
  return [wrap(`${can} ${where}`, view.width), ...rest].join('\n\n')
}

function listsOf(examined: readonly Examined[], view: View): string[] {
  return (['learner', 'facilitator'] as const).flatMap((person) => {
    const rows = examined.filter(({ matters }) => matters === person)
    if (rows.length === 0) return []
    return [[paint(view, 'bold', HEADINGS[person]), ...rows.map((row) => renderRow(row, view))].join('\n')]
  })
}

function renderRow({ name, use, finding }: Examined, view: View): string {
  const { state } = finding
  const sign = view.unicode ? `${SIGNS[state]} ` : ''
  const word = paint(view, STYLES[state], sign + WORDS[state].padEnd(WORD_WIDTH))
  const column = 2 + sign.length + WORD_WIDTH + 2 + NAME_WIDTH + 2
  const beside = view.width - column >= MIN_ROOM
  const indent = ' '.repeat(beside ? column : NARROW_INDENT)
  const text = wrap(textOf(finding, use), view.width, indent)
  const left = `  ${word}  ${name.padEnd(beside ? NAME_WIDTH : 0)}`
  return beside ? `${left}  ${text.trimStart()}` : `${left}\n${text}`
}

/** If a thing is fine, there is no need to say what it is for. */
function textOf({ state, found, remedy }: Finding, use: string): string {
  if (state === 'ok') return found
  return [`${found}.`, use, ...(remedy === undefined ? [] : [remedy])]
    .filter((line) => line !== '.')
    .join('\n')
}

function summary(examined: readonly Examined[], code: string, view: View): string {
  const bad = examined.filter(({ matters, finding }) => matters === 'learner' && finding.state === 'bad')
  const words =
    bad.length === 0
      ? 'You can work here: npm run check 01'
      : `You cannot work here yet: see to ${bad.map(({ name }) => name).join(', ')}, then npm run doctor.`
  return `${wrap(words, view.width)}\n\nA code for your facilitator:\n  ${code}`
}
