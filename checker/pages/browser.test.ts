import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Chromium, chromiumName } from '../testing/chromium.ts'
import { failing, hostile, longest, passing, verdictOn } from '../testing/samples.ts'
import { wirePage } from './wire.ts'

const page = wirePage(verdictOn(passing, failing, hostile, longest(13)), { title: 'Echo', subject: 'server' })

// Without Chromium nothing here can be seen: install it to run these tests.
const withChromium = chromiumName ? describe : describe.skip

withChromium(`the wire page in ${chromiumName ?? 'Chromium, which is not installed'}`, () => {
  let folder: string
  let file: string
  let browser: Chromium

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'accept-loop-'))
    file = join(folder, 'wire.html')
    writeFileSync(file, page)
    browser = await Chromium.start(chromiumName ?? '')
  })

  afterAll(async () => {
    await browser?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const openAll = () =>
    browser.evaluate('for (const each of document.querySelectorAll("details")) each.open = true')
  const focused = () => browser.evaluate<string>('document.activeElement.textContent')

  test('obeys nothing that a program printed', async () => {
    await browser.open(file)
    await openAll()

    expect(await browser.evaluate('document.title')).toBe('03 Echo: the wire')
    expect(
      await browser.evaluate('document.querySelectorAll("main script, img, base, main style").length'),
    ).toBe(0)
    expect(browser.complaints).toEqual([])
  })

  test.each([
    [1280, false],
    [1280, true],
    [400, false],
  ])('fits a window of %i pixels (dark: %s)', async (width, dark) => {
    await browser.open(file, { width, dark })
    await openAll()

    expect(await browser.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
  })

  test('is dark where the system is', async () => {
    await browser.open(file, { dark: true })

    expect(await browser.evaluate('getComputedStyle(document.documentElement).backgroundColor')).toBe(
      'rgb(20, 22, 26)',
    )
  })

  test('can be walked with the keyboard', async () => {
    await browser.open(file)

    await browser.press('f')
    expect(await focused()).toMatch(/Here it goes wrong/)
    await browser.press('k')
    expect(await focused()).toMatch(/alice sends 6 bytes in 2 pieces/)
    await browser.press('Enter')
    expect(await browser.evaluate('document.activeElement.querySelector("details").open')).toBe(true)
    await browser.press('ArrowDown')
    expect(await focused()).toMatch(/Here it goes wrong/)
    await browser.press('p')
    expect(await focused()).toMatch(/echoes a line/)
    await browser.press('Enter')
    expect(await browser.evaluate('document.querySelectorAll("details.test[open]").length')).toBe(2)
  })

  test('leaves single keys alone where they are not wanted', async () => {
    await browser.open(file)
    await browser.evaluate('document.querySelector("#keys-off").click()')

    await browser.press('f')

    expect(await browser.evaluate('document.activeElement === document.body')).toBe(true)
  })

  test('prints', async () => {
    await browser.open(file)

    const { data } = await browser.send('Page.printToPDF')

    expect(Buffer.from(`${data}`, 'base64').subarray(0, 4).toString()).toBe('%PDF')
  })
})
