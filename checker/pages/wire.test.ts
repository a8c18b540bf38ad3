import { failing, hostile, longest, passing, verdictOn } from '../testing/samples.ts'
import { wirePage } from './wire.ts'

const OPTIONS = { title: 'Echo: read, write', subject: 'server', checked: '1 May 2025 at 12:00' } as const
const pageOf = (...tests: Parameters<typeof verdictOn>) => wirePage(verdictOn(...tests), OPTIONS)
const plain = (page: string) => page.replace(/<style>.*<\/style>/s, '').replace(/<[^>]+>/g, '')

test('opens the first test that failed, and no other', () => {
  const page = pageOf(passing, failing, failing)

  expect(page.match(/<details class="test[^>]+>/g)).toEqual([
    '<details class="test pass" id="test-1">',
    '<details class="test fail" id="test-2" open>',
    '<details class="test fail" id="test-3">',
  ])
})

test('tells the conversation in words, in the order of time', () => {
  const page = plain(pageOf(passing))
  const lines = [
    'server is started with PORT=51000',
    'server listens on 127.0.0.1:51000',
    'alice connects from 127.0.0.1:40001',
    'alice sends 6 bytes',
    'hello\\n',
    'server sends alice 6 bytes',
    'alice ends (FIN)',
    'server ends alice’s connection (FIN)',
    'The test has seen all that it asks for.',
  ]
  const places = lines.map((line) => page.indexOf(line))

  expect(places).not.toContain(-1)
  expect(places).toEqual([...places].sort((a, b) => a - b))
})

test('lights the wrong byte, in text and in hex, and says so in words', () => {
  const page = pageOf(failing)

  expect(page).toContain('hell<mark>0</mark><b>\\n</b>')
  expect(page).toContain('68 65 6C 6C <mark>30</mark> 0A')
  expect(plain(page)).toContain('Here it goes wrong at byte 4 of these: ')
})

test('marks where bytes were cut on purpose', () => {
  const page = pageOf(failing)

  expect(page).toContain('hel<i class="cut"></i>lo<b>\\n</b>')
  expect(plain(page)).toContain('alice sends 6 bytes in 2 pieces')
})

test('names what was left out of long runs', () => {
  expect(plain(pageOf(longest()))).toContain('… 4,194,240 bytes …')
})

test('escapes whatever the program printed or sent', () => {
  const page = pageOf(hostile)

  expect(page.match(/<script/g)).toHaveLength(1)
  expect(page).not.toMatch(/<img|<base|<!--/)
  expect(page).not.toMatch(/[^\P{Cc}\n]|[\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u)
  expect(page).toContain('\\x1B')
  expect(page).toContain('\\u202e')
})

test('needs nothing from outside, and allows nothing else to run', () => {
  const page = pageOf(failing)

  expect(page).toContain('content="default-src &#39;none&#39;; style-src &#39;sha256-')
  expect(page).not.toMatch(/unsafe|https?:|\ssrc=|\sstyle=|\son\w+=/)
})

test('stays small', () => {
  const page = pageOf(longest(40), longest(1))

  expect(page.length).toBeLessThan(2 * 800_000)
})

test('is the same for the same verdict', () => {
  expect(pageOf(passing, failing, hostile)).toBe(pageOf(passing, failing, hostile))
})

test('shows a file that does not compile', () => {
  const compileError = { message: 'Unexpected "}"', file: 'server.ts', line: 12, column: 4, text: 'a <b> }' }
  const page = wirePage({ ...verdictOn(), verdict: 'fail', compileError }, OPTIONS)

  expect(page).toContain('Does not compile')
  expect(page).toContain('a &lt;b&gt; }')
})

test('says that an error is not about the code', () => {
  const page = wirePage({ ...verdictOn(), verdict: 'error', message: 'no port <1>\n at x' }, OPTIONS)

  expect(page).toContain('Could not be judged; this is not about your code. <span>no port &lt;1&gt;</span>')
})
