// Runs in the browser: the page carries the text of this function, so it uses nothing from outside
// itself.
export function grid() {
  /** Columns before that of the first exercise. */
  const NAMES = 3
  const PAGE_ROWS = 10
  const table = document.querySelector('#map')
  const head = table.tHead.rows[0]
  const body = table.tBodies[0]
  let current = head.cells[0].firstElementChild

  const step = (row, by) => {
    const side = by < 0 ? 'previousElementSibling' : 'nextElementSibling'
    let last = row
    for (let left = Math.abs(by); left > 0; left -= 1) {
      let next = last === head ? (by > 0 ? body.firstElementChild : null) : last[side]
      while (next?.hidden) next = next[side]
      if (!next) return by < 0 ? head : last
      last = next
    }
    return last
  }
  const goTo = (row, column) => {
    const cell = row.cells[Math.max(0, Math.min(column, row.cells.length - 1))]
    const target = cell.querySelector('button') ?? cell
    target.tabIndex = -1
    target.focus()
  }
  const open = (row, column) =>
    document.dispatchEvent(new CustomEvent('open-cell', { detail: { row, column } }))
  const openCell = (cell) => {
    if (cell.cellIndex >= NAMES && cell.parentNode.id) open(cell.parentNode.id, cell.cellIndex)
  }
  const MOVES = {
    ArrowDown: (row, column) => goTo(step(row, 1), column),
    ArrowUp: (row, column) => goTo(step(row, -1), column),
    ArrowRight: (row, column) => goTo(row, column + 1),
    ArrowLeft: (row, column) => goTo(row, column - 1),
    PageDown: (row, column) => goTo(step(row, PAGE_ROWS), column),
    PageUp: (row, column) => goTo(step(row, -PAGE_ROWS), column),
    Home: (row, _, all) => goTo(all ? head : row, 0),
    End: (row, _, all) => goTo(all ? step(row, body.rows.length) : row, row.cells.length - 1),
  }

  table.setAttribute('role', 'grid')
  table.setAttribute('aria-describedby', 'how')
  current.tabIndex = 0
  table.addEventListener('focusin', ({ target }) => {
    current.tabIndex = -1
    current = target
    current.tabIndex = 0
  })
  table.addEventListener('keydown', (event) => {
    const cell = event.target.closest('th, td')
    if (!cell || event.altKey || event.metaKey) return
    const move = MOVES[event.key]
    if (move) move(cell.parentNode, cell.cellIndex, event.ctrlKey)
    else if ((event.key === 'Enter' || event.key === ' ') && cell.tagName === 'TD') openCell(cell)
    else return
    event.preventDefault()
  })
  table.addEventListener('click', (event) => {
    const cell = event.target.closest('td')
    if (!cell) return
    cell.tabIndex = -1
    cell.focus()
    openCell(cell)
  })
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-cell]')
    if (!link) return
    event.preventDefault()
    const [row, column] = link.dataset.cell.split(':')
    open(`r${row}`, Number(column) + NAMES)
  })
}
