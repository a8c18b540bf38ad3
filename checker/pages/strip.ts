import { laneClass } from './diagram.ts'
import { type Html, html } from './html.ts'
import type { Lanes } from './lanes.ts'
import type { WireRow } from './rows.ts'

const LANE_PX = 14
const AXIS_PX = 18

/**
 * The whole test at a glance, to scale: a line for each lane, a mark for each event. Only a
 * picture: the list below says the same.
 */
export function renderStrip(rows: readonly WireRow[], lanes: Lanes): Html {
  const end = Math.max(1, rows.at(-1)?.at ?? 1)
  const x = (at: number) => Math.round((1000 * at) / end) / 10
  const height = lanes.names.length * LANE_PX
  const laneOf = (row: WireRow) =>
    row.peer === undefined ? lanes.program : (lanes.of.get(row.peer) ?? lanes.program)
  const marks = rows.flatMap((row) => {
    if (row.kind === 'end' || row.kind === 'note') return []
    const lane = laneOf(row)
    const y = lane * LANE_PX
    return row.pieces.map(
      ({ at }) =>
        html`<rect class="${laneClass(lane, lanes)}${row.wrong === undefined ? '' : ' wrong'}" x="${x(at)}%" y="${y + 3}" width="2" height="8"/>`,
    )
  })
  const names = lanes.names.map(
    (name, i) => html`<text x="100%" y="${i * LANE_PX + 10}" class="${laneClass(i, lanes)}">${name}</text>`,
  )
  const lines = lanes.names.map(
    (_, i) => html`<line x1="0" x2="100%" y1="${i * LANE_PX + 7}" y2="${i * LANE_PX + 7}"/>`,
  )
  const ticks = ticksUpTo(end).map(
    (at) =>
      html`<line class="tick" x1="${x(at)}%" x2="${x(at)}%" y1="0" y2="${height + 4}"/><text x="${x(at)}%" y="${height + 15}">${durationText(at)}</text>`,
  )
  return html`<div class="strip" aria-hidden="true"><svg class="names" height="${height + AXIS_PX}">${names}</svg><svg class="track" height="${height + AXIS_PX}">${ticks}${lines}${marks}</svg></div>`
}

/** "12 ms", "1.3 s". */
export function durationText(ms: number): string {
  if (ms >= 1000) return `${Number((ms / 1000).toFixed(1))} s`
  return `${ms >= 10 ? Math.round(ms) : Number(ms.toFixed(1))} ms`
}

/** Round times, four to eight of them. */
function ticksUpTo(end: number): number[] {
  const rough = end / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10)
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, i) => i * step).filter(
    (at) => at <= end * 0.97,
  )
}
