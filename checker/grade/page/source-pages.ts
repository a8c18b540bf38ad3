import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from '../../files/whole-file.ts'
import { type Html, html } from '../../pages/html.ts'
import { renderPage } from '../../pages/page.ts'
import { plainText } from '../outputs/plain-text.ts'
import { sha256 } from '../store/address.ts'
import type { GradeRecord } from '../store/record.ts'

const FOLDER = 'source'
/** Only files with such a name are ever removed. */
const PAGE = /^\d\d-[a-z0-9-]+-[0-9a-f]{16}\.html$/

const STYLE = `
body { max-width: none; margin: 0; padding: 0.5rem 1rem; }
h1 { font-size: 0.95rem; margin: 0.6rem 0; }
pre { margin: 0; overflow: visible; font-size: 0.82rem; line-height: 1.5; background: none; border: 0; padding: 0; }
pre i { font-style: normal; color: var(--dim); user-select: none; display: inline-block; width: 3.2em; text-align: right; margin-right: 1em; }
`

/**
 * Writes what was handed in, as pages in `out`/source, and returns where each record's page is. A
 * page is named by its content and not by a learner: it is written once, and equal files share one.
 * Pages that nothing links to any more are removed.
 */
export function writeSourcePages(
  out: string,
  records: readonly GradeRecord[],
): ReadonlyMap<GradeRecord, string> {
  const folder = join(out, FOLDER)
  mkdirSync(folder, { recursive: true })
  const pages = new Map<GradeRecord, string>()
  for (const record of records) {
    const kept = keptFiles(record)
    if (kept.length === 0) continue
    const name = `${record.exercise}-${sha256(JSON.stringify(kept)).slice(0, 16)}.html`
    if (!existsSync(join(folder, name))) {
      const page = pageOf(out, record.exercise, kept)
      if (page === undefined) continue
      writeWhole(join(folder, name), page)
    }
    pages.set(record, `${FOLDER}/${name}`)
  }
  const wanted = new Set(pages.values())
  for (const name of readdirSync(folder)) {
    if (PAGE.test(name) && !wanted.has(`${FOLDER}/${name}`)) rmSync(join(folder, name))
  }
  return pages
}

/** The files of a record with their names in the store, the exercise's own first. */
function keptFiles({ file, beside = {} }: GradeRecord): [path: string, kept: string][] {
  return file === undefined ? [] : [['', file], ...Object.entries(beside)]
}

function pageOf(out: string, exercise: string, kept: readonly [string, string][]): string | undefined {
  const sections: Html[] = []
  for (const [path, name] of kept) {
    const stored = join(out, 'files', name)
    if (!existsSync(stored)) return undefined
    const heading = path === '' ? exercise : `${exercise}, ${plainText(path)}`
    sections.push(html`<h1>${heading}</h1>${numbered(readFileSync(stored, 'utf8'))}`)
  }
  return renderPage({ title: `${exercise}: handed in`, style: STYLE, body: html`<main>${sections}</main>` })
}

function numbered(text: string): Html {
  const lines = plainText(text.replaceAll('\r\n', '\n').replaceAll('\t', '  ')).replace(/\n$/, '').split('\n')
  return html`<pre><code>${lines.map((line, i) => html`<i>${i + 1}</i>${line}\n`)}</code></pre>`
}
