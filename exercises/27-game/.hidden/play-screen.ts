import type { Place, Player, Snapshot } from './play-player.ts'

const SIZE = 64
/** Columns for the scores, beside the arena and its two walls. */
const SCORES = 13
/** Rows for what is not the arena: two walls, the two lines below. */
const AROUND = 4
/** Colours of the terminal's 256, by id: those of players, which differ well and are not that of the coin. */
const COLOURS = [39, 205, 46, 208, 141, 51, 203, 118, 33, 201, 214, 87, 99, 160, 71, 177]
const COIN = 226
const FLOOR = 234
const MARGIN = '\x1b[0m'

/** The colour of a player, in the terminal's 256. */
export function colourOf(id: number): number {
  return COLOURS[id % COLOURS.length] ?? 15
}

export interface Size {
  columns: number
  rows: number
}

/** The rows of the screen: the arena around the first of these players, two cells a character, and the scores. */
export function draw(players: readonly Player[], notice: string, page: string, size: Size): string[] {
  const [first] = players
  const snapshot = first?.last
  if (!first || !snapshot) return ['', `  ${notice || 'waits for the server'}`, '', '  q quits']
  const height = Math.max(4, Math.min(SIZE / 2, size.rows - AROUND)) * 2
  const width = Math.max(8, Math.min(SIZE, size.columns - 2 - SCORES))
  const me = first.me ?? { x: SIZE / 2, y: SIZE / 2 }
  const [left, top] = [within(me.x - width / 2, SIZE - width), within(me.y - height / 2, SIZE - height)]
  const cells = paintCells(snapshot)
  const scores = scoreRows(snapshot, players)
  const wall = (isEdge: boolean) => (isEdge ? '━' : '┈').repeat(width)
  const rows = [`┏${wall(top === 0)}┓ ${scores.shift() ?? ''}`]
  for (let y = top; y < top + height; y += 2) {
    let row = ''
    let colours = ''
    for (let x = left; x < left + width; x += 1) {
      const [upper = FLOOR, lower = FLOOR] = [cells[y]?.[x], cells[y + 1]?.[x]]
      const next = upper === lower ? `\x1b[48;5;${lower}m` : `\x1b[38;5;${upper};48;5;${lower}m`
      row += `${next === colours ? '' : next}${upper === lower ? ' ' : '▀'}`
      colours = next
    }
    rows.push(
      `${left === 0 ? '┃' : '┊'}${row}${MARGIN}${left + width === SIZE ? '┃' : '┊'} ${scores.shift() ?? ''}`,
    )
  }
  rows.push(`┗${wall(top + height === SIZE)}┛`)
  const measured = first.isPaused ? 'does not read; p: go on, and see the past go by' : measures(first)
  const rest = notice && `  ${notice}`.slice(0, Math.max(0, size.columns - measured.length - 2))
  rows.push(` ${measured}\x1b[33m${rest}${MARGIN}`)
  const help = ` arrows, WASD: move  p: stop reading  o: ${page}  q: quit`
  rows.push(`\x1b[2m${help.slice(0, size.columns)}${MARGIN}`)
  return rows
}

function measures({ last, tickMs, answerMs, lateMs, missed }: Player): string {
  const parts = [
    `tick ${last?.tick}`,
    `every ${tickMs} ms`,
    `late ${Math.round(lateMs)} ms`,
    `move to picture ${answerMs === undefined ? '-' : `${Math.round(answerMs)} ms`}`,
    ...(missed > 0 ? [`missed ${missed}`] : []),
  ]
  return parts.join(' · ')
}

function scoreRows({ players }: Snapshot, own: readonly Player[]): string[] {
  const ids = new Set(own.map(({ id }) => id))
  const best = players.toSorted((a, b) => b.score - a.score || a.id - b.id)
  return best.map(({ id, name, score }) => {
    const shown = name.length > 7 ? `${name.slice(0, 6)}…` : name.padEnd(7)
    const mark = ids.has(id) ? '\x1b[1m' : ''
    return `\x1b[38;5;${colourOf(id)}m■ ${mark}${shown}${MARGIN}${`${score}`.padStart(4)}`
  })
}

function paintCells({ coin, players }: Snapshot): number[][] {
  const cells = Array.from({ length: SIZE }, () => Array<number>(SIZE).fill(FLOOR))
  const put = ({ x, y }: Place, colour: number) => {
    const row = cells[y]
    if (row && x < SIZE) row[x] = colour
  }
  put(coin, COIN)
  for (const player of players) put(player, colourOf(player.id))
  return cells
}

function within(value: number, most: number): number {
  return Math.max(0, Math.min(most, 2 * Math.round(value / 2)))
}
