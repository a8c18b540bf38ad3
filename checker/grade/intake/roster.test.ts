import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UsageError } from '../../errors/usage.ts'
import { readRoster } from './roster.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'roster-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function rosterOf(content: string | Buffer) {
  const path = join(folder, 'roster.csv')
  writeFileSync(path, content)
  return readRoster(path, { root, zone: 'UTC' })
}

/** UTF-16 as Excel saves it, with its byte order mark. */
function wide(text: string, order: 'le' | 'be'): Buffer {
  const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le')
  return order === 'le' ? bytes : bytes.swap16()
}

const ANN = [{ id: '7', name: 'Zoë Ng', email: 'ann@example.org', aliases: ['ann@example.org'] }]
const LINES = 'id,name,email\r\n7,Zoë Ng,ann@example.org\r\n'

test.each([
  ['UTF-8', Buffer.from(LINES)],
  ['UTF-8 with its mark', Buffer.from(`\uFEFF${LINES}`)],
  ['cp1252', Buffer.from(LINES, 'latin1')],
  ['UTF-16', wide(LINES, 'le')],
  ['UTF-16, the other order', wide(LINES, 'be')],
  ['UTF-16 without its mark', wide(LINES, 'le').subarray(2)],
  ["Excel's Unicode text, with tabs", wide(LINES.replaceAll(',', '\t'), 'le')],
  ['semicolons', Buffer.from(LINES.replaceAll(',', ';'))],
  ['sep=;', Buffer.from(`sep=;\r\n${LINES.replaceAll(',', ';')}`)],
  ['empty lines and columns', Buffer.from(`\r\n${LINES.replaceAll('\r\n', ',,\r\n')},,,,\r\n\r\n`)],
])('a roster in %s is read', (_, bytes) => {
  expect(rosterOf(bytes)).toEqual(ANN)
})

test('quotes, dashes and the euro sign of cp1252 are what they are in Windows', () => {
  expect(rosterOf(Buffer.from('id,name\n1,O\x92Neill \x96 \x80\n', 'latin1'))[0]?.name).toBe('O’Neill – €')
})

test('the gradebook of Canvas is a roster, without its points and its test student', () => {
  const csv = `Student,ID,SIS User ID,SIS Login ID,Section,03-echo (812)
,,,,,Manual Posting
"    Points Possible",,,,,100
"Ng, Ann",4711,s100,ann,Tuesday,
"Bo, Bea",4712,,bea,Tuesday,
"Student, Test",4713,,f00,Tuesday,
`
  expect(rosterOf(csv)).toEqual([
    { id: 's100', name: 'Ng, Ann', aliases: ['4711', 'ann'] },
    { id: 'bea', name: 'Bo, Bea', aliases: ['4712'] },
  ])
})

test('the participants and the grading worksheet of Moodle are rosters', () => {
  const participants = `"First name","Last name","ID number","Email address"
Ann,Ng,s100,ann@example.org
Bea,Bo,,bea@example.org
`
  const worksheet = `Identifier,"Full name","ID number","Email address",Status,Grade
"Participant 88",Ann Ng,s100,ann@example.org,Submitted,
`
  expect(rosterOf(participants)).toEqual([
    { id: 's100', name: 'Ann Ng', email: 'ann@example.org', aliases: ['ann@example.org'] },
    { id: 'bea@example.org', name: 'Bea Bo', email: 'bea@example.org' },
  ])
  expect(rosterOf(worksheet)[0]).toMatchObject({ id: 's100', aliases: ['ann@example.org', '88'] })
})

test('the roster and the grades of GitHub Classroom are rosters', () => {
  expect(rosterOf('"identifier","github_username","github_id","name"\n"s100","ann-ng","5","Ann"\n')).toEqual([
    { id: 's100', name: 'Ann', aliases: ['ann-ng'] },
  ])
  const grades = `"assignment_name","assignment_url","starter_code_url","github_username","roster_identifier","student_repository_name","student_repository_url","submission_timestamp","points_awarded","points_available"
"echo","https://c","https://s","ann-ng","s100","echo-ann-ng","https://github.com/school/echo-ann-ng","2027-01-01 10:00:00 UTC","0","0"
`
  expect(rosterOf(grades)).toEqual([
    { id: 's100', url: 'https://github.com/school/echo-ann-ng', aliases: ['ann-ng', 'echo-ann-ng'] },
  ])
})

test('a row grants an extension, excuses, adjusts with a reason, comments and names a branch', () => {
  const csv = `id,url,branch,due,excused,adjust,reason,comment
1,https://example.org/1.git,final,2027-02-07,,+5,helped others,Well done
2,,,2027-02-07T12:00Z,"03, 06-lines","-2,5 (copied a comment)",,
3,,,,all,,ill,
4,,,,no,0,,
`
  expect(rosterOf(csv)).toEqual([
    {
      ...{ id: '1', url: 'https://example.org/1.git', branch: 'final', due: '2027-02-07T23:59:59.999Z' },
      ...{ adjust: 5, reason: 'helped others', comment: 'Well done' },
    },
    {
      ...{ id: '2', due: '2027-02-07T12:00:00.000Z', excused: ['03-echo', '06-lines'] },
      ...{ adjust: -2.5, reason: 'copied a comment' },
    },
    { id: '3', excused: 'all', reason: 'ill' },
    { id: '4' },
  ])
})

test.each([
  ['name\nAnn\n', 'roster.csv:1: there is no column "id", but "name". It is CSV'],
  ['', 'roster.csv:1: the file is empty.'],
  ['id\n1\n1\n', 'roster.csv:3: the id "1" is on line 2 too.'],
  ['id,name\n1,Ann\n,Bo\n', 'roster.csv:3: column "id": there is no id.'],
  ['id,name\n1,"Ann\n', 'roster.csv:2: '],
  ['id,comment\n1,"two\nlines"\n1,\n', 'roster.csv:4: the id "1" is on line 2 too.'],
  ['id,comment\n1,well, done\n', 'roster.csv:2: 3 cells, but 2 columns.'],
  ['id,excussed\n1,\n', 'roster.csv:1: the column "excussed" is not known. Did you mean "excused"?'],
  ['id,due,due\n1,,\n', 'roster.csv:1: two columns are called "due".'],
  ['id,due\n1,01/02/2027\n', 'roster.csv:2: column "due": "01/02/2027" is not a deadline. Write a date'],
  ['id,due\n1,5\n', 'roster.csv:2: column "due": "5" is not a deadline.'],
  ['id,excused\n1,03-ecco\n', 'roster.csv:2: column "excused": There is no exercise "03-ecco". Did you mean'],
  ['id,adjust\n1,5\n', 'roster.csv:2: column "adjust": points need a reason.'],
  ['id,adjust\n1,five\n', 'column "adjust": "five" is not a number of points from -100 to 100'],
  ['id,adjust\n1,500 typo\n', 'column "adjust": "500 typo" is not a number of points'],
  ['id,branch\n1,main\n', 'roster.csv:2: column "branch": a branch is of a repository'],
  ['PK\x03\x04 a workbook', 'is a workbook. Save it as CSV'],
])('a roster that cannot be right is refused with its line: %j', (text, sentence) => {
  expect(() => rosterOf(text)).toThrow(UsageError)
  expect(() => rosterOf(text)).toThrow(sentence)
})

test('what a roster holds never commands a terminal', () => {
  expect(() => rosterOf('id\n\x1b[2Jx\n\x1b[2Jx\n')).toThrow(/^[\P{C}\n]*$/u)
  expect(() => rosterOf('id,adjust\n1,\x1b]0;x\x07\n')).toThrow(/^[\P{C}\n]*$/u)
})
