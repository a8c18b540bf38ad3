/** The page: draws the snapshots that come as events, and posts the arrows. Its colours are those of the terminal. */
export const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>27 game</title>
<style>
  :root { color-scheme: dark; }
  body { margin: 0; min-height: 100vh; display: flex; flex-wrap: wrap; gap: 24px; align-items: center; justify-content: center; background: #101418; color: #dfe6ee; font: 15px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }
  canvas { width: min(92vmin, 704px); aspect-ratio: 1; border: 2px solid #39424e; border-radius: 6px; }
  aside { width: 230px; }
  h1 { margin: 0 0 4px; font-size: 20px; }
  table { border-spacing: 0 2px; width: 100%; }
  td:last-child { text-align: right; font-variant-numeric: tabular-nums; }
  tr.me td { font-weight: bold; color: #fff; }
  p { color: #8d99a8; margin: 12px 0 0; }
  i { display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin-right: 8px; }
</style>
<canvas id="arena" width="1408" height="1408" aria-label="The arena"></canvas>
<aside>
  <h1>27 game</h1>
  <div id="state" role="status">connects</div>
  <table id="scores"></table>
  <p id="measures"></p>
  <p>Arrow keys move you. Each window that has this page open is a player.</p>
</aside>
<script>
const COLOURS = ['#00afff', '#ff5faf', '#00ff87', '#ff8700', '#af87ff', '#00ffff', '#ff5f5f', '#87ff00', '#0087ff', '#ff00ff', '#ffaf00', '#5fffff', '#875fff', '#d70000', '#5fd7af', '#d787ff']
const DIRECTIONS = { ArrowUp: 0, ArrowRight: 1, ArrowDown: 2, ArrowLeft: 3 }
const CELL = 22
const byId = (id) => document.getElementById(id)
const paint = byId('arena').getContext('2d')
const trails = new Map()
let key

const events = new EventSource('events')
events.onmessage = ({ data }) => {
  const news = JSON.parse(data)
  if (news.key) key = news.key
  else if (news.state !== undefined) byId('state').textContent = news.state
  else show(news)
}
events.onerror = () => { byId('state').textContent = 'play has ended' }

addEventListener('keydown', (event) => {
  const direction = DIRECTIONS[event.key]
  if (direction === undefined) return
  event.preventDefault()
  fetch('move?player=' + key + '&direction=' + direction, { method: 'POST' })
})

function show({ tick, coin, players, id, late, answer, every }) {
  paint.fillStyle = '#171c22'
  paint.fillRect(0, 0, 64 * CELL, 64 * CELL)
  paint.fillStyle = '#1c222a'
  for (let x = 0; x < 64; x++) for (let y = x % 2; y < 64; y += 2) paint.fillRect(x * CELL, y * CELL, CELL, CELL)
  for (const [each, places] of trails) {
    places.forEach(([x, y], i) => fill(x, y, colour(each) + ['18', '28', '40', '58'][i], 4))
  }
  paint.fillStyle = '#ffe600'
  paint.beginPath()
  paint.arc((coin.x + 0.5) * CELL, (coin.y + 0.5) * CELL, CELL * (0.34 + 0.06 * Math.sin(tick / 3)), 0, 7)
  paint.fill()
  for (const player of players) {
    const places = trails.get(player.id) ?? []
    const last = places.at(-1)
    if (!last || last[0] !== player.x || last[1] !== player.y) trails.set(player.id, [...places, [player.x, player.y]].slice(-4))
    fill(player.x, player.y, colour(player.id), 1)
    if (player.id === id) {
      paint.strokeStyle = '#fff'
      paint.lineWidth = 4
      paint.strokeRect(player.x * CELL - 1, player.y * CELL - 1, CELL + 2, CELL + 2)
    }
    if (players.length <= 24) {
      paint.font = '20px ui-monospace, "DejaVu Sans Mono", monospace'
      paint.textAlign = 'center'
      paint.fillStyle = '#dfe6ee'
      paint.fillText(player.name.slice(0, 12), (player.x + 0.5) * CELL, player.y * CELL - 7 + (player.y < 2 ? 3 * CELL : 0))
    }
  }
  for (const each of trails.keys()) if (!players.some((player) => player.id === each)) trails.delete(each)
  byId('state').textContent = ''
  byId('measures').textContent = 'tick ' + tick + ', every ' + every + ' ms; late ' + Math.round(late) + ' ms' +
    (answer === undefined ? '' : '; move to picture ' + Math.round(answer) + ' ms')
  const rows = players.slice().sort((a, b) => b.score - a.score || a.id - b.id).slice(0, 20).map((player) => {
    const row = document.createElement('tr')
    if (player.id === id) row.className = 'me'
    const [name, score, mark] = ['td', 'td', 'i'].map((tag) => document.createElement(tag))
    mark.style.background = colour(player.id)
    name.append(mark, player.name.slice(0, 14))
    score.textContent = player.score
    row.append(name, score)
    return row
  })
  byId('scores').replaceChildren(...rows)
}

function fill(x, y, style, edge) {
  paint.fillStyle = style
  paint.beginPath()
  paint.roundRect(x * CELL + edge, y * CELL + edge, CELL - 2 * edge, CELL - 2 * edge, 5)
  paint.fill()
}

function colour(id) {
  return COLOURS[id % COLOURS.length]
}
</script>
</html>
`
