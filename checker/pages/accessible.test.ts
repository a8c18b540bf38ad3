import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gradebookPage } from '../grade/page/gradebook-page.ts'
import type { Progress } from '../progress/progress.ts'
import { Chromium, chromiumName } from '../testing/chromium.ts'
import { failing as failed, passing as passed } from '../testing/cohort/records.ts'
import { cohortOf } from '../testing/cohort/samples.ts'
import { failing, passing, verdictOn } from '../testing/samples.ts'
import { certificatePage } from './certificate.ts'
import { wirePage } from './wire.ts'

/** What a screen reader finds on a page: Chromium's accessibility tree. */
interface Told {
  role: string
  name: string
}

const CONTROLS = ['button', 'link', 'checkbox', 'combobox', 'searchbox', 'textbox', 'DisclosureTriangle']
const NAMED = [
  ...CONTROLS,
  'heading',
  'table',
  'grid',
  'columnheader',
  'rowheader',
  'complementary',
  'region',
]
const SILENT = { title: 'echoes a line', code: 'silent' }

function progressOf(exercise: string): Progress {
  return { version: 1, exercise, attempts: 2, hints: 0, passedAt: '2026-01-02T12:00:00Z' }
}

const PAGES = {
  wire: wirePage(verdictOn(passing, failing), { title: 'Echo', subject: 'server' }),
  gradebook: gradebookPage(
    cohortOf([
      passed('alice', '01-listen'),
      failed('alice', '03-echo', [SILENT]),
      passed('bob', '01-listen'),
      passed('bob', '03-echo'),
    ]),
  ),
  certificate: certificatePage(
    [{ title: 'Echo', part: 'Part 1: The dance', progress: progressOf('03-echo') }],
    { date: '2 January 2026', dateOf: (iso) => iso, name: 'Ada' },
  ),
}

// Without Chromium there is no such tree: install it to run these tests.
const withChromium = chromiumName ? describe : describe.skip

withChromium(`read aloud by ${chromiumName ?? 'Chromium, which is not installed'}`, () => {
  let folder: string
  let browser: Chromium

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'accept-loop-'))
    browser = await Chromium.start(chromiumName ?? '')
  })

  afterAll(async () => {
    await browser?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  async function tellOf(page: keyof typeof PAGES): Promise<Told[]> {
    const file = join(folder, `${page}.html`)
    writeFileSync(file, PAGES[page])
    await browser.open(file)
    // In the gradebook, with a panel open beside the table.
    await browser.evaluate('document.querySelector("#map .f")?.click()')
    await browser.send('Accessibility.enable')
    const { nodes } = await browser.send('Accessibility.getFullAXTree')
    return inOrder(nodes as AXNode[])
  }

  test.each(Object.keys(PAGES) as (keyof typeof PAGES)[])('the %s names all that it has', async (page) => {
    const told = await tellOf(page)

    expect(told.filter(({ role }) => NAMED.includes(role)).length).toBeGreaterThan(3)
    expect(told.filter(({ role, name }) => NAMED.includes(role) && name.trim() === '')).toEqual([])
    expect(told.filter(({ role, name }) => role !== 'StaticText' && /[▸▾▴]/.test(name))).toEqual([])
  })

  test('the wire says what failed, then the bytes, then the conversation with the wrong place in it', async () => {
    const text = (await tellOf('wire')).map(({ name }) => name).join('\n')

    const order = ['failed', 'The server should', 'Bytes expected and received', 'first difference']
    const places = [...order, 'The conversation', 'Here it goes wrong', 'How to read it'].map((words) =>
      text.indexOf(words),
    )
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    expect(places).not.toContain(-1)
  })
})

interface AXNode {
  nodeId: string
  ignored: boolean
  role?: { value: string }
  name?: { value: string }
  childIds?: string[]
}

/** What a screen reader reads, in order. */
function inOrder(nodes: readonly AXNode[]): Told[] {
  const byId = new Map(nodes.map((node) => [node.nodeId, node]))
  const from = (node: AXNode | undefined): Told[] => {
    if (!node) return []
    const own = { role: node.role?.value ?? '', name: node.name?.value ?? '' }
    return [...(node.ignored ? [] : [own]), ...(node.childIds ?? []).flatMap((id) => from(byId.get(id)))]
  }
  return from(nodes[0])
}
