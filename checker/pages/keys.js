// Runs in the browser: the page carries the text of this function, so it uses nothing from outside
// itself. Without it the page can still be read, and opened with Tab and Enter.
export function keys() {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)]
  const tests = all('details.test')
  const off = document.querySelector('#keys-off')
  document.documentElement.classList.add('scripted')

  const goTo = (element) => {
    if (!element) return
    element.tabIndex = -1
    element.focus({ preventScroll: true })
    element.scrollIntoView({ block: element.matches('details') ? 'start' : 'center' })
  }
  const current = () => document.activeElement?.closest('details.test') ?? tests.find((test) => test.open)
  const goToTest = (step) => {
    const at = tests.indexOf(document.activeElement?.closest('details.test'))
    const next = tests[Math.min(tests.length - 1, Math.max(0, at + step))]
    goTo(next?.querySelector('summary'))
  }
  const goToRow = (step) => {
    const test = current()
    if (!test) return
    test.open = true
    const rows = all('li.row:not(.wait)', test)
    const at = rows.indexOf(document.activeElement?.closest('li.row'))
    goTo(rows[Math.min(rows.length - 1, Math.max(0, at + step))])
  }
  const toggle = (details) => {
    const open = details.some((each) => !each.open)
    for (const each of details) each.open = open
  }
  const commands = {
    j: () => goToRow(1),
    k: () => goToRow(-1),
    n: () => goToTest(1),
    p: () => goToTest(-1),
    x: () => toggle(all('details.hex', current())),
    o: () => toggle(tests),
    f: () => {
      const wrong = document.querySelector('li.wrong')
      if (!wrong) return
      wrong.closest('details.test').open = true
      goTo(wrong)
    },
  }

  document.addEventListener('keydown', (event) => {
    if (off.checked || event.ctrlKey || event.metaKey || event.altKey) return
    const row = document.activeElement?.closest('li.row')
    const onRow = row && row === document.activeElement
    const arrows = onRow ? { ArrowDown: 'j', ArrowUp: 'k' } : {}
    const command = commands[arrows[event.key] ?? event.key]
    if (command) {
      event.preventDefault()
      command()
    } else if (onRow && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault()
      toggle(all('details.hex', row))
    }
  })
}
