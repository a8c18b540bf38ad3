import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Chromium, chromiumName } from '../../testing/chromium.ts'
import { HOSTILE } from '../../testing/cohort/grades.ts'
import { failing, missing, passing } from '../../testing/cohort/records.ts'
import { cohortOf } from '../../testing/cohort/samples.ts'
import { gradebookPage } from './gradebook-page.ts'

const SILENT = { title: 'echoes a line', code: 'silent' }
const DEADLY = [...HOSTILE, '<img src=x onerror=alert(1)>', 'x'.repeat(10_000)]
interface Box {
  left: number
  right: number
  top: number
  bottom: number
}

const FILE = '0123456789abcdef0123'
const records = [
  passing('carol', '01-listen'),
  failing('carol', '03-echo', [SILENT]),
  passing('alice', '01-listen'),
  passing('alice', '03-echo'),
  passing('bob', '01-listen'),
  { ...failing('bob', '03-echo', [SILENT]), verdict: 'flaky', file: FILE } as const,
  ...DEADLY.flatMap((text) => [
    missing(text, '01-listen'),
    failing(text, '03-echo', [{ title: text, code: 'silent', message: text }]),
  ]),
]

// Without Chromium nothing here can be seen: install it to run these tests.
const withChromium = chromiumName ? describe : describe.skip

withChromium(`the gradebook in ${chromiumName ?? 'Chromium, which is not installed'}`, () => {
  let folder: string
  let file: string
  let browser: Chromium

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'accept-loop-'))
    file = join(folder, 'gradebook.html')
    writeFileSync(file, gradebookPage(cohortOf(records)))
    mkdirSync(join(folder, 'source'))
    writeFileSync(join(folder, 'source', `03-echo-${FILE.slice(0, 16)}.html`), '<p>const port = 4000</p>')
    browser = await Chromium.start(chromiumName ?? '')
  })

  afterAll(async () => {
    await browser?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const firstNames = () =>
    browser.evaluate<string[]>(
      '[...document.querySelectorAll("#map tbody tr:not([hidden]) th")].slice(0, 3).map((each) => each.textContent)',
    )
  const focused = () => browser.evaluate<string>('document.activeElement.textContent')
  const pressAll = async (...keys: string[]) => {
    for (const key of keys) await browser.press(key)
  }

  test('obeys nothing that was handed in, in no panel', async () => {
    await browser.open(file)
    const panels = await browser.evaluate<string>(
      `[...document.querySelectorAll('#map td[aria-label]')].map((cell) => {
        cell.click()
        return document.querySelector('#panel').textContent
      }).join()`,
    )

    expect(panels).toContain('<img src=x onerror=alert(1)>')
    expect(panels).toContain('\\u202e')
    expect(await browser.evaluate('document.querySelectorAll("img, main script, aside script").length')).toBe(
      0,
    )
    expect(browser.complaints).toEqual([])
  })

  test.each([
    [1280, false],
    [1280, true],
    [400, false],
  ])('fits a window of %i pixels (dark: %s)', async (width, dark) => {
    await browser.open(file, { width, dark })

    expect(await browser.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
  })

  test('sorts, filters, and opens a cell with the keyboard', async () => {
    await browser.open(file)
    await browser.evaluate('document.querySelector("#map button").focus()')
    await pressAll('ArrowRight', 'ArrowRight', 'Enter')
    expect(await firstNames()).toEqual(['alice', 'carol', 'bob'])
    expect(await browser.evaluate('document.querySelectorAll("#map th")[2].ariaSort')).toBe('descending')

    await pressAll('ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowRight')
    expect(await focused()).toBe('50')
    await browser.press('Enter')
    expect(await focused()).toBe('carol')
    expect(await browser.evaluate('document.querySelector("#panel").textContent')).toContain('echoes a line')
    expect(await browser.evaluate('document.querySelector("#panel a").getAttribute("href")')).toMatch(
      /^wire\//,
    )
    await browser.press('Escape')
    expect(await focused()).toBe('50')
    expect(await browser.evaluate('document.querySelector("#panel").hidden')).toBe(true)
  })

  test.each([
    [1400, true],
    [390, false],
  ])('shows the file beside what failed, or below it (%i pixels)', async (width, isBeside) => {
    await browser.open(file, { width })
    await browser.evaluate("document.querySelector('#map .k').click()")
    const [said, frame] = await browser.evaluate<Box[]>(
      "[...document.querySelectorAll('#panel > *')].map((each) => each.getBoundingClientRect().toJSON())",
    )

    expect((frame?.left ?? 0) >= (said?.right ?? 0)).toBe(isBeside)
    expect((frame?.top ?? 0) >= (said?.bottom ?? 0)).toBe(!isBeside)
    expect(await browser.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
    expect(browser.complaints).toEqual([])
  })

  test('filters by name and by state', async () => {
    await browser.open(file)
    const choose = (id: string, value: string) =>
      browser.evaluate(`${id}.value = '${value}', ${id}.dispatchEvent(new Event('input', { bubbles: true }))`)

    await choose('text', 'BO')
    expect(await firstNames()).toEqual(['bob'])
    await choose('text', '')
    await choose('state', 'k')
    expect(await firstNames()).toEqual(['bob'])
    expect(await browser.evaluate('document.querySelector("#count").value')).toBe(
      `1 of ${3 + DEADLY.length} learners`,
    )
    await choose('column', '0')
    expect(await firstNames()).toEqual([])
  })

  test('prints, and no head of a column is left out on a later page', async () => {
    await browser.open(file)

    const { data } = await browser.send('Page.printToPDF')
    expect(Buffer.from(`${data}`, 'base64').subarray(0, 4).toString()).toBe('%PDF')

    await browser.send('Emulation.setEmulatedMedia', { media: 'print' })
    // On printed pages after the first, a button has no place: what it holds belongs to the cell.
    const shown = `[...document.querySelectorAll('#map thead, #map thead button')].map((each) => getComputedStyle(each).display)`
    const [head, ...buttons] = await browser.evaluate<string[]>(shown)
    expect(head).toBe('table-header-group')
    expect(buttons).toEqual(Array.from({ length: 5 }, () => 'contents'))
    await browser.send('Emulation.setEmulatedMedia', { media: '' })
  })
})
