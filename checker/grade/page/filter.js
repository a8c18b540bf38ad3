// Runs in the browser: the page carries the text of this function, so it uses nothing from outside
// itself.
export function filter() {
  const form = document.querySelector('#controls')
  const table = document.querySelector('#map')
  const rows = [...table.tBodies[0].rows]
  const data = JSON.parse(document.querySelector('#map-data').textContent).rows
  const names = rows.map((row) => row.cells[0].textContent.toLowerCase())
  const { text, state, column } = form.elements
  /** The letters of the states that a choice asks for. */
  const LETTERS = { s: 'sx', odd: 'kex' }
  document.documentElement.classList.add('scripted')

  const has = ({ states, late }) => {
    const at = column.value === '' ? undefined : Number(column.value)
    if (state.value === 'late') return at === undefined ? late.length > 0 : late.includes(at)
    const letters = LETTERS[state.value] ?? state.value
    return (
      letters === '' || [...(at === undefined ? states : states[at])].some((each) => letters.includes(each))
    )
  }
  const show = () => {
    const words = text.value.toLowerCase().trim()
    let count = 0
    for (const [i, row] of rows.entries()) {
      const shown = names[i].includes(words) && has(data[i])
      if (row.hidden === shown) row.hidden = !shown
      if (shown) count += 1
    }
    form.elements.count.value = count === rows.length ? '' : `${count} of ${rows.length} learners`
  }

  form.addEventListener('input', show)
  form.addEventListener('submit', (event) => event.preventDefault())
  form.addEventListener('reset', () => setTimeout(show))
}
