// Runs in the browser: the page carries the text of this function, so it uses nothing from outside
// itself. Everything that it shows is text.
export function panel() {
  /** Columns before that of the first exercise. */
  const NAMES = 3
  const box = document.querySelector('#panel')
  const { exercises, rows } = JSON.parse(document.querySelector('#map-data').textContent)
  let data
  let shown
  let opener

  const make = (tag, className, ...children) => {
    const element = document.createElement(tag)
    if (className) element.className = className
    element.append(...children.filter((child) => child !== undefined))
    return element
  }
  const lines = (tag, className, items) =>
    items?.length > 0 ? make(tag, className, ...items.map((item) => make('li', '', item))) : undefined
  const button = (text, act) => {
    const element = make('button', '', text)
    element.addEventListener('click', act)
    return element
  }
  const linkTo = (page, text) => {
    const link = make('a', '', text)
    link.href = page
    link.target = '_blank'
    return link
  }
  /** The file, beside the details of its cell. */
  const frameOf = (page) => {
    const frame = make('iframe', '')
    frame.src = page
    frame.title = 'What was handed in'
    frame.setAttribute('sandbox', '')
    return frame
  }
  const attemptOf = ([said, page]) => (page === undefined ? data.texts[said] : linkTo(page, data.texts[said]))

  const headline = (detail, letter) =>
    [
      letter === 'x' ? 'not taken' : data.words[letter],
      detail.passed === undefined ? undefined : `${data.texts[detail.passed]} tests passed`,
      detail.points === undefined ? undefined : `${detail.points} of 100 points`,
      detail.lateDays === undefined ? undefined : `${detail.lateDays} d late`,
    ]
      .filter((part) => part !== undefined)
      .join(' · ')

  const contents = (cell, row, column) => {
    const detail = data.rows[row][column]
    const says = (i) => (i === undefined ? undefined : data.texts[i])
    const { first } = detail
    const [name, id] = data.names[row]
    const heading = make('h2', '', make('bdi', '', name))
    heading.id = 'panel-name'
    heading.tabIndex = -1
    return [
      make(
        'div',
        'tools',
        button('Previous', () => walk(-1)),
        button('Next', () => walk(1)),
        button('Close', close),
      ),
      heading,
      make('p', 'dim', id === name ? '' : make('bdi', '', id), id === name ? '' : ' · ', exercises[column]),
      make('p', `headline ${cell.className}`, headline(detail, rows[row].states[column])),
      detail.reason === undefined ? undefined : make('p', 'says', says(detail.reason)),
      first && make('h3', '', 'The first test that failed'),
      first && make('p', 'title', says(first.title)),
      first?.says !== undefined ? make('p', 'says', says(first.says)) : undefined,
      first?.cause !== undefined
        ? make('p', 'cause', make('b', '', 'A likely cause. '), says(first.cause))
        : undefined,
      make(
        'p',
        'links',
        detail.wire && linkTo(detail.wire, 'The conversation on the wire'),
        linkTo(data.feedback[row], 'The feedback'),
        detail.source && linkTo(detail.source, 'The file'),
      ),
      detail.same === undefined
        ? undefined
        : make('p', 'same', make('b', '', 'The very same file: '), make('bdi', '', says(detail.same))),
      detail.runs && make('h3', '', 'Two runs of the same file'),
      lines('ol', 'runs', detail.runs?.map(says)),
      detail.others && make('h3', '', 'Other tests that failed'),
      detail.others &&
        make(
          'dl',
          '',
          ...detail.others.flatMap(([title, text]) => [
            make('dt', '', says(title)),
            make('dd', '', says(text)),
          ]),
        ),
      detail.history && make('h3', '', 'Attempts'),
      lines('ol', 'history', detail.history?.map(attemptOf)),
      lines('ul', 'terms', data.terms[row].map(says)),
      detail.path && make('p', 'dim', 'Read from ', make('bdi', '', detail.path)),
      detail.submittedAt && make('p', 'dim handed', `Handed in ${detail.submittedAt}`),
      detail.bare && make('p', 'bare', 'It ran without a sandbox.'),
    ]
  }

  const show = (cell) => {
    data ??= JSON.parse(document.querySelector('#panel-data').textContent)
    shown?.removeAttribute('aria-current')
    shown = cell
    cell.setAttribute('aria-current', 'true')
    const row = Number(cell.parentNode.id.slice(1))
    const column = cell.cellIndex - NAMES
    const { source } = data.rows[row][column]
    box.className = source ? 'beside' : ''
    const said = make('div', 'said', ...contents(cell, row, column).filter(Boolean))
    box.replaceChildren(said, ...(source ? [frameOf(source)] : []))
    box.hidden = false
    box.scrollTop = 0
    document.documentElement.classList.add('opened')
    cell.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    document.querySelector('#panel-name').focus({ preventScroll: true })
  }
  /** On to the next row of the same column that has something to say. */
  const walk = (by) => {
    const side = by < 0 ? 'previousElementSibling' : 'nextElementSibling'
    let row = shown.parentNode[side]
    while (row && (row.hidden || row.cells[shown.cellIndex].className === 'p')) row = row[side]
    if (!row) return
    opener = row.cells[shown.cellIndex]
    show(opener)
  }
  const close = () => {
    box.hidden = true
    document.documentElement.classList.remove('opened')
    shown?.removeAttribute('aria-current')
    if (opener?.tagName === 'TD') opener.tabIndex = -1
    opener?.focus()
  }

  document.addEventListener('open-cell', ({ detail }) => {
    const cell = document.getElementById(detail.row).cells[detail.column]
    opener = document.activeElement === document.body ? cell : document.activeElement
    show(cell)
  })
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !box.hidden) close()
  })
}
