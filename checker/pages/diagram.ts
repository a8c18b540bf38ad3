import { type Content, type Html, html } from './html.ts'
import type { Lanes, Life } from './lanes.ts'
import type { WireRow } from './rows.ts'

/** Where the arrow is in a row, below the space that stands for the time before it. */
const ARROW_PX = 15
/**
 * The milliseconds after which each step of space is added: the distance grows with the logarithm
 * of the time.
 */
const STEPS_MS = [1, 3, 10, 30, 100]
export const STEP_PX = 7

/** How many steps of space stand for this time. */
export function stepsFor(ms: number): number {
  return STEPS_MS.filter((step) => ms >= step).length
}

/** Where a lane is, in percent of the diagram's width. */
export function laneX(lane: number, lanes: Lanes): number {
  const count = lanes.names.length
  return Math.round((1000 * (0.36 + lane)) / (count - 0.28)) / 10
}

/** The class that gives a lane its colour: the program has its own, peers take turns. */
export function laneClass(lane: number, lanes: Lanes): string {
  if (lane === lanes.program) return 'own'
  return `peer${(lane < lanes.program ? lane : lane - 1) % 6}`
}

/** The names above the lanes. */
export function renderCast(lanes: Lanes): Html {
  const names = lanes.names.map((name, lane) => {
    const x = laneX(lane, lanes)
    return html`<svg class="name ${laneClass(lane, lanes)}" x="${x}%" overflow="visible"><text>${name}</text></svg>`
  })
  return html`<svg class="names">${names}</svg>`
}

/** The lanes of one row, with its arrow: a picture of what the row's words say. */
export function renderDiagram(
  row: WireRow,
  lanes: Lanes,
  { before, after, steps }: { before: readonly Life[]; after: readonly Life[]; steps: number },
): Html {
  const y = steps * STEP_PX + ARROW_PX
  return html`<svg class="lanes" aria-hidden="true">${lanes.names.map((_, lane) =>
    renderLife(laneX(lane, lanes), laneClass(lane, lanes), before[lane] ?? 'none', after[lane] ?? 'none', y),
  )}${renderMark(row, lanes, y)}</svg>`
}

/** The lanes while nothing happens for a long time, which is not drawn to scale. */
export function renderGap(lanes: Lanes, lives: readonly Life[]): Html {
  const lines = lives.map((life, lane) => {
    const x = laneX(lane, lanes)
    return life === 'none'
      ? undefined
      : html`<line class="life torn ${laneClass(lane, lanes)}" x1="${x}%" x2="${x}%" y1="0" y2="100%"/>`
  })
  return html`<svg class="lanes" aria-hidden="true">${lines}</svg>`
}

function renderLife(x: number, lane: string, before: Life, after: Life, y: number): Content {
  if (before === 'none' && after === 'none') return undefined
  const line = (life: Life, from: string, to: string) =>
    life === 'none'
      ? undefined
      : html`<line class="life ${life} ${lane}" x1="${x}%" x2="${x}%" y1="${from}" y2="${to}"/>`
  if (before === after) return line(after, '0', '100%')
  return [line(before, '0', `${y}`), line(after, `${y}`, '100%')]
}

/** What is drawn in the row: an arrow between two lanes, or a sign on one. */
function renderMark(row: WireRow, lanes: Lanes, y: number): Content {
  const own = laneX(lanes.program, lanes)
  const lane = row.peer === undefined ? undefined : lanes.of.get(row.peer)
  if (lane === undefined) return renderSign(row, own, laneClass(lanes.program, lanes), y)
  const style = laneClass(lane, lanes)
  const peer = laneX(lane, lanes)
  switch (row.kind) {
    case 'sent':
      return arrow({ from: peer, to: own, y, style: `${style} ${weightOf(row)}` })
    case 'received':
      return arrow({ from: own, to: peer, y, style: `${style} ${weightOf(row)}` })
    case 'connect':
      return arrow({ from: peer, to: own, y, style: `${style} thin`, origin: true })
    case 'accept':
      return arrow({ from: own, to: peer, y, style: `${style} thin`, origin: true })
    case 'refused':
      return arrow({ from: peer, to: own, y, style: `${style} thin`, head: 'cross' })
    case 'fin-sent':
      return arrow({ from: peer, to: own, y, style, head: 'stop', tag: 'FIN' })
    case 'fin':
      return arrow({ from: own, to: peer, y, style, head: 'stop', tag: 'FIN' })
    case 'reset-sent':
      return arrow({ from: peer, to: own, y, style: `${style} broken`, head: 'cross', tag: 'RST' })
    case 'reset':
      return arrow({ from: own, to: peer, y, style: `${style} broken`, head: 'cross', tag: 'RST' })
    default:
      return html`<use href="#dot" x="${peer}%" y="${y}" class="${style}"/>`
  }
}

function renderSign(row: WireRow, x: number, style: string, y: number): Content {
  switch (row.kind) {
    case 'stdout':
    case 'stderr':
      return html`<g class="${style}"><line class="leader" x1="${x}%" x2="100%" y1="${y}" y2="${y}"/><use href="#dot" x="${x}%" y="${y}"/></g>`
    case 'start':
    case 'ready':
    case 'signal':
      return html`<use href="#${row.kind === 'ready' ? 'ring' : 'dot'}" x="${x}%" y="${y}" class="${style}"/>`
    case 'exit':
      return html`<use href="#cross" x="${x}%" y="${y}" class="${style}"/>`
    default:
      return undefined
  }
}

interface Arrow {
  from: number
  to: number
  y: number
  style: string
  head?: 'tip' | 'stop' | 'cross'
  origin?: boolean
  tag?: string
}

function arrow({ from, to, y, style, head = 'tip', origin, tag }: Arrow): Html {
  const side = from < to ? 'right' : 'left'
  const sign = head === 'cross' ? 'cross' : `${head}-${side}`
  return html`<g class="${style}"><line class="shaft" x1="${from}%" x2="${to}%" y1="${y}" y2="${y}"/><use href="#${sign}" x="${to}%" y="${y}"/>${
    origin ? html`<use href="#ring" x="${from}%" y="${y}"/>` : undefined
  }${tag ? html`<text x="${Math.round(from + to) / 2}%" y="${y - 5}">${tag}</text>` : undefined}</g>`
}

/** The more bytes, the heavier the arrow; it is dashed if they were sent in pieces. */
function weightOf(row: WireRow): string {
  const weight = row.length >= 65_536 ? 'heavy' : row.length >= 1024 ? 'medium' : 'light'
  return row.split || row.pieces.length > 1 ? `${weight} pieces` : weight
}

/** The signs that every diagram of a page uses. Each is drawn around its own origin. */
export const SIGNS = html`<svg class="signs" width="0" height="0" aria-hidden="true"><defs>
<path id="tip-right" class="filled" d="M0 0 L-9 -4.5 L-9 4.5 Z"/><path id="tip-left" class="filled" d="M0 0 L9 -4.5 L9 4.5 Z"/>
<g id="stop-right"><path class="filled" d="M-2 0 L-10 -4.5 L-10 4.5 Z"/><path class="drawn" d="M-1 -6 V6"/></g>
<g id="stop-left"><path class="filled" d="M2 0 L10 -4.5 L10 4.5 Z"/><path class="drawn" d="M1 -6 V6"/></g>
<path id="cross" class="drawn" d="M-4.5 -4.5 L4.5 4.5 M-4.5 4.5 L4.5 -4.5"/>
<circle id="dot" class="filled" r="3.5"/><circle id="ring" class="hollow" r="4"/>
</defs></svg>`
