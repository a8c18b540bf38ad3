// Runs in the browser: the page carries the text of this function, so it uses nothing from outside
// itself.
export function sort() {
  const LEARNER = 0
  const LOOK = 1
  const TOTAL = 2
  /** From the least to the most, for equal points. */
  const STATES = 'nosxefkp'
  const table = document.querySelector('#map')
  const body = table.tBodies[0]
  const rows = [...body.rows]
  const heads = [...table.tHead.rows[0].cells]
  const data = JSON.parse(document.querySelector('#map-data').textContent).rows
  const names = rows.map((row) => row.cells[0].textContent)
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })
  let order = rows.map((_, i) => i)

  const keyOf = (column) => (i) => {
    if (column === LOOK) return data[i].odd
    if (column === TOTAL) return data[i].total
    const at = column - TOTAL - 1
    return data[i].points[at] * STATES.length + STATES.indexOf(data[i].states[at])
  }
  const comparing = (column) => {
    const key = keyOf(column)
    return column === LEARNER ? (a, b) => collator.compare(names[a], names[b]) : (a, b) => key(a) - key(b)
  }
  const sortBy = (head) => {
    const column = heads.indexOf(head)
    const first = column === LEARNER ? 'ascending' : 'descending'
    const other = column === LEARNER ? 'descending' : 'ascending'
    const direction = head.getAttribute('aria-sort') === first ? other : first
    for (const each of heads) each.removeAttribute('aria-sort')
    head.setAttribute('aria-sort', direction)
    const compare = comparing(column)
    // Equals stay as they are, so that a sort by one column keeps the one before it within.
    order = order.toSorted(direction === 'ascending' ? compare : (a, b) => compare(b, a))
    body.append(...order.map((i) => rows[i]))
  }

  for (const head of heads) {
    const button = document.createElement('button')
    button.tabIndex = -1
    button.append(...head.childNodes)
    head.append(button)
  }
  table.tHead.addEventListener('click', (event) => {
    const button = event.target.closest('button')
    if (button) sortBy(button.closest('th'))
  })
}
