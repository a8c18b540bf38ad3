import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { commitAll, putAt, tarGzOf, zipOf } from './hand-in.ts'
import { SERVERS } from './three-exercises.ts'

export const DEADLINE = '2026-01-31'
const IN_TIME = '2026-01-20T10:00:00Z'
const TWO_DAYS_LATE = '2026-02-02T10:00:00Z'

const { listens, echoes, echoesText, numbers } = SERVERS
const STUB = readFileSync(
  join(import.meta.dirname, '..', '..', '..', 'exercises', '06-lines', '.hidden', 'server.ts.txt'),
  'utf8',
)

/** Columns of the roster besides `id` and `name`. */
const COLUMNS = ['url', 'due', 'excused', 'adjust', 'reason', 'comment'] as const

/** A learner of the roster, and what they handed in. */
export interface Member {
  id: string
  name: string
  /** Below the cohort's folder. */
  files: Readonly<Record<string, string | Uint8Array>>
  /** When the files were last changed. */
  at?: string
  roster?: Readonly<Partial<Record<(typeof COLUMNS)[number], string>>>
}

/**
 * A cohort of nineteen, and what is odd about each. One learner's repository is made at
 * `repository`.
 */
export async function nineteen(repository: string): Promise<readonly Member[]> {
  commitAll(repository, [
    [IN_TIME, { '01-listen/server.ts': listens('kai'), 'exercises/03-echo/server.ts': echoes('kai') }],
    [TWO_DAYS_LATE, { 'README.md': 'All my servers', '06-lines/server.ts': numbers('kai') }],
  ])
  return [
    {
      // Everything is in its place.
      ...{ id: 'ada', name: 'Ada Abel' },
      files: {
        'ada/01-listen/server.ts': listens('ada'),
        'ada/03-echo/server.ts': echoes('ada'),
        'ada/06-lines/server.ts': numbers('ada'),
      },
    },
    {
      // Folders whose names are nearly right.
      ...{ id: 'bea', name: 'Bea Böhm' },
      files: {
        'bea/listen/server.ts': listens('bea'),
        'bea/3_echo/server.ts': echoes('bea'),
        'bea/06 lines/server.ts': numbers('bea'),
      },
    },
    {
      // A loose file, a folder whose name is only similar, and an ending that Windows does not
      // show.
      ...{ id: 'cleo', name: 'Cleo Cruz' },
      files: {
        'cleo/server.ts': listens('cleo'),
        'cleo/03-eco/server.ts': echoes('cleo'),
        'cleo/06-lines/server.ts.txt': numbers('cleo'),
      },
    },
    {
      // A tar.gz with one folder around everything; one file is Ada's.
      ...{ id: 'dora', name: 'Dora Dahl' },
      files: {
        'dora.tar.gz': await tarGzOf({
          './homework/03-echo/server.ts': echoes('ada'),
          './homework/06-lines/server.ts': numbers('dora'),
        }),
      },
    },
    {
      // As Canvas names downloads, made on a Mac.
      ...{ id: 'eva', name: 'Eva Eng' },
      files: {
        'engeva_105_9005_work.zip': zipOf({
          'work/03-echo/server.ts': echoes('eva'),
          'work/.DS_Store': 'a Mac',
          '__MACOSX/work/03-echo/._server.ts': 'a Mac',
        }),
      },
    },
    {
      // As Moodle names downloads.
      ...{ id: 'fay', name: 'Fay Fox' },
      files: {
        'Fay Fox_7006_assignsubmission_file/03-echo/server.ts': echoesText('fay'),
        'Fay Fox_7006_assignsubmission_onlinetext/onlinetext.html': '<p>See the file.</p>',
      },
    },
    {
      // An id that begins with an exercise's number.
      ...{ id: '21-12345', name: 'Gus Gray' },
      files: { '21-12345/03-echo/server.ts': echoes('gus') },
    },
    {
      // The stub, in Windows' line endings; and capital letters in the folder's name.
      ...{ id: 'hugo', name: 'Hugo Hall' },
      files: {
        'HUGO/03-echo/server.ts': echoes('hugo'),
        'HUGO/06-lines/server.ts': STUB.replaceAll('\n', '\r\n'),
      },
    },
    {
      // A module beside the file.
      ...{ id: 'ines', name: 'Inès Ito' },
      files: {
        'ines/03-echo/server.ts': "import './answer.ts'\n",
        'ines/03-echo/answer.ts': echoes('ines'),
      },
    },
    {
      // A package.
      ...{ id: 'jon', name: 'Jon Jarl' },
      files: { 'jon/03-echo/server.ts': `import 'express'\n${echoes('jon')}` },
    },
    {
      // A repository with commits after the deadline: one to a single file, and one to a README
      // beside the others.
      ...{ id: 'kai', name: 'Kai O’Kane' },
      files: {},
      roster: { url: pathToFileURL(repository).href },
    },
    {
      // Late; and the folder's name is in another Unicode form than the id.
      ...{ id: 'léa', name: 'Léa Lund' },
      files: { [`${'léa'.normalize('NFD')}/03-echo/server.ts`]: echoes('léa') },
      at: TWO_DAYS_LATE,
    },
    {
      // Just as late, but within an extension.
      ...{ id: 'mia', name: 'Mia Mraz' },
      files: { 'mia/03-echo/server.ts': echoes('mia') },
      at: TWO_DAYS_LATE,
      roster: { due: '2026-02-07', reason: 'moved house' },
    },
    {
      // Excused from what was not handed in.
      ...{ id: 'ned', name: 'Ned Nash' },
      files: { 'ned/01-listen/server.ts': listens('ned') },
      roster: { excused: '03 06', reason: 'ill from the second week on' },
    },
    {
      // Points and a comment.
      ...{ id: 'oda', name: 'Oda Olsen' },
      files: { 'oda/03-echo/server.ts': echoesText('oda') },
      roster: { adjust: '+5', reason: 'explained frames to all; twice', comment: 'Well done,\nthank you' },
    },
    {
      // An archive that ends too early.
      ...{ id: 'pia', name: 'Pia Park' },
      files: { 'pia.zip': zipOf({ '03-echo/server.ts': echoes('pia') }).subarray(0, 100) },
    },
    // Nothing.
    { id: 'quin', name: 'Quin Quist', files: {} },
    {
      // A folder whose name is nearly its learner's.
      ...{ id: 'rosa', name: 'Rosa Rossi' },
      files: { 'roza/03-echo/server.ts': echoes('rosa') },
    },
    {
      // Two files that differ, and nothing says which one counts.
      ...{ id: 'sam', name: 'Sam Stone' },
      files: {
        'sam/03-echo/server.ts': echoesText('sam'),
        'sam.zip': zipOf({ '03-echo/server.ts': echoes('sam') }),
      },
    },
  ]
}

/** Puts what they handed in below `folder`. */
export function handIn(folder: string, members: readonly Pick<Member, 'files' | 'at'>[]): void {
  for (const { files, at = IN_TIME } of members)
    for (const [path, content] of Object.entries(files)) putAt(join(folder, path), content, at)
}

/**
 * The roster as Excel saves it on a western Windows: cp1252, semicolons, and a line that names the
 * separator.
 */
export function semicolonRoster(members: readonly Member[]): Buffer {
  const text = `sep=;\r\n${rowsOf(members, ';').join('\r\n')}\r\n`
  return Buffer.from(text.replaceAll('’', '\x92'), 'latin1')
}

/** The roster as Excel saves "Unicode text": UTF-16, tabs. */
export function unicodeRoster(members: readonly Member[]): Buffer {
  return Buffer.from(`\uFEFF${rowsOf(members, '\t').join('\r\n')}\r\n`, 'utf16le')
}

function rowsOf(members: readonly Member[], separator: string): string[] {
  const quoted = (cell: string) => (/[;\t\n"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
  const rows = members.map(({ id, name, roster = {} }) => [
    id,
    name,
    ...COLUMNS.map((column) => roster[column] ?? ''),
  ])
  return [['id', 'name', ...COLUMNS], ...rows].map((cells) => cells.map(quoted).join(separator))
}
