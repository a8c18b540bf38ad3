import { execFileSync, spawnSync } from 'node:child_process'
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { isInstalled } from '../files/installed.ts'
import { lackOfSandbox } from '../sandbox/sandbox.ts'
import { Chromium, chromiumName } from '../testing/chromium.ts'
import { zipOf } from '../testing/cohort/hand-in.ts'
import {
  DEADLINE,
  handIn,
  type Member,
  nineteen,
  semicolonRoster,
  unicodeRoster,
} from '../testing/cohort/nineteen.ts'
import { SERVERS, THREE_EXERCISES } from '../testing/cohort/three-exercises.ts'
import { Course } from '../testing/course.ts'

/**
 * A cohort of nineteen, graded as a facilitator would, from the dry run to the week after: what the
 * terminal shows, and every output file. UPDATE_GOLDEN=cohort (or 1) writes `golden/` again, so
 * that every change can be reviewed.
 */
const root = resolve(import.meta.dirname, '../..')
const golden = join(import.meta.dirname, 'golden')
const updating = ['1', 'cohort'].includes(process.env.UPDATE_GOLDEN ?? '')

const folder = mkdtempSync(join(tmpdir(), 'cohort-'))
const submissions = join(folder, 'submissions')
const out = join(folder, 'gradebook')

const canGrade = lackOfSandbox() === undefined && isInstalled('git')
const inSandbox = canGrade ? test : test.skip
let course: Course
let members: readonly Member[]

beforeAll(async () => {
  if (!canGrade) return
  execFileSync(process.execPath, [join(root, 'checker', 'start.js'), '--help'])
  course = new Course(THREE_EXERCISES, join(folder, 'course')).withChecker()
  course.copy('checker/grade/canary')
  members = await nineteen(join(folder, 'kai'))
  handIn(submissions, members)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const RULES = ['--deadline', DEADLINE, '--timezone', 'Europe/Berlin']

inSandbox('a dry run says who handed in what, and writes nothing', () => {
  writeFileSync(join(folder, 'roster.csv'), semicolonRoster(members))

  expectGolden('1-dry-run.txt', grade('--roster', 'roster.csv', ...RULES, '--dry-run'))
  expect(readdirSync(folder)).not.toContain('gradebook')
})

inSandbox('the first run: what cannot be read is an empty cell, and what comes late costs nothing', () => {
  expectGolden('2-first-run.txt', grade('--roster', 'roster.csv', ...RULES))

  for (const name of ['gradebook.csv', 'gradebook-canvas.csv', 'gradebook-moodle.csv', 'junit.xml'])
    expectGolden(`2-${name}`, read(name))
  expectGolden('2-results.json', JSON.stringify(JSON.parse(read('results.json')), null, 1))
  for (const name of ['feedback', 'gradescope']) expectGolden(`2-${name}.txt`, readAll(name))
  expectGolden('2-gradebook.html.txt', textOf(read('gradebook.html')))
})

inSandbox('another policy, without the roster: before and after, and nothing is written unasked', () => {
  const before = read('gradebook.csv')
  writeFileSync(join(folder, 'policy.json'), '{ "weights": { "03-echo": 2 }, "late": { "perDay": 0.1 } }')

  expectGolden('3-other-policy.txt', grade(...RULES, '--policy', 'policy.json'))
  expect(read('gradebook.csv')).toBe(before)
})

inSandbox('the week after: three have mended what could not be read, and one has left', () => {
  renameSync(join(submissions, 'roza'), join(submissions, 'rosa'))
  rmSync(join(submissions, 'sam'), { recursive: true })
  handIn(submissions, [{ files: { 'pia.zip': zipOf({ '03-echo/server.ts': SERVERS.echoes('pia') }) } }])
  const left = members.filter(({ id }) => id !== 'quin')
  writeFileSync(join(folder, 'roster.txt'), unicodeRoster(left))
  const options = ['--roster', 'roster.txt', ...RULES, '--policy', 'policy.json', '--yes']

  expectGolden('4-week-after.txt', grade(...options))
  expectGolden('4-gradebook.csv', read('gradebook.csv'))
  expectGolden('4-gradebook-canvas.csv', read('gradebook-canvas.csv'))
  expectGolden('4-feedback.txt', readAll('feedback'))
})

inSandbox('the gradebook as a spreadsheet is a roster, by which nothing changes', () => {
  const before = read('gradebook.csv')
  writeFileSync(join(folder, 'again.csv'), before)

  const shown = grade('--roster', 'again.csv', ...RULES, '--policy', 'policy.json')
  expect(shown).not.toMatch(/differ/)
  expect(shown).toContain('0 files to grade')
  expect(shown).toContain('(exit code 0)')
  expect(read('gradebook.csv')).toBe(before)
})

const inChromium = canGrade && chromiumName ? test.each : test.skip.each
inChromium([390, 1400])('the page fits a window of %i pixels', async (width) => {
  const browser = await Chromium.start(chromiumName ?? '')
  await browser.open(join(out, 'gradebook.html'), { width })

  expect(await browser.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
  expect(browser.complaints).toEqual([])
  await browser.stop()
})

/** What a command prints, and how it ends. */
function grade(...options: string[]): string {
  const args = [course.main, 'grade', 'submissions', '--jobs', '2', ...options]
  const env = { ...process.env, INIT_CWD: folder, COLUMNS: '80' }
  const shown = join(folder, 'shown.txt')
  const file = openSync(shown, 'w')
  const { status } = spawnSync(process.execPath, args, { cwd: folder, env, stdio: ['ignore', file, file] })
  closeSync(file)
  return `$ npm run grade -- ${args.slice(2).join(' ')}\n${readFileSync(shown, 'utf8')}(exit code ${status})\n`
}

function read(name: string): string {
  return readFileSync(join(out, name), 'utf8')
}

/** The files of a folder, one after another. */
function readAll(name: string): string {
  const files = readdirSync(join(out, name)).sort()
  return files.map((file) => `==> ${file} <==\n${read(join(name, file))}`).join('\n')
}

/** The text of a page, with a line for each that a browser would start. */
function textOf(page: string): string {
  const shown = page
    .replace(/<(style|script)[^>]*>.*?<\/\1>/gs, '')
    .replace(/\n/g, ' ')
    .replace(/<\/(?:td|th|option)>/g, ' | ')
    .replace(/<(?:p|h1|h2|li|tr|div|section|form|label|table)\b/g, '\n$&')
    .replace(/<[^>]+>/g, '')
    .replaceAll('&#39;', "'")
  const lines = shown.split('\n').map((line) => line.replace(/ {2,}/g, ' ').trim())
  return `${lines.filter((line) => line !== '').join('\n')}\n`
}

function expectGolden(name: string, text: string): void {
  const path = join(golden, name)
  const shown = withoutWhatVaries(text)
  if (updating) writeFileSync(path, shown)
  expect(shown).toBe(readFileSync(path, 'utf8'))
}

/** Text with this run's times, ports, seeds and paths replaced by fixed ones. */
function withoutWhatVaries(text: string): string {
  return VARIES.reduce((shown, [what, fixed]) => shown.replace(what, fixed), text).replaceAll(
    folder,
    '/cohort',
  )
}

const VARIES: readonly (readonly [RegExp, string])[] = [
  [/\r\n/g, '\n'],
  [/file:\S+ +/g, 'file:///cohort/kai             '],
  [/^ *\d+\/\d+ {2}.*\n/gm, ''],
  [/("gradedAt": ")[^"]+/g, '$1(now)'],
  [/(graded until )[\d :-]+/g, '$1(now) '],
  [/(timestamp=")[^"]+/g, '$1(now)'],
  [/(time=")[^"]+/g, '$1(s)'],
  [/("seed": |--seed )\d+/g, '$1(seed)'],
  [/ {2,}[\d.]+ m?s$/gm, '  (ms)'],
  [/\d+\.\d s(?=$|\\n)/gm, '(s)'],
  [/(127\.0\.0\.1:|PORT=)\d+/g, '$1(port)'],
  [/(^|\\n) +\d+\.\d (?=server|alice)/gm, '$1  (ms) '],
]
