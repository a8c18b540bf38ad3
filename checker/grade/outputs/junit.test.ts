import { execFileSync } from 'node:child_process'
import { isInstalled } from '../../files/installed.ts'
import { gradesFrom, HOSTILE } from '../../testing/cohort/grades.ts'
import { brokenFile, failing, missing, passing } from '../../testing/cohort/records.ts'
import { renderJunit } from './junit.ts'

const hasParser = isInstalled('python3')
// The parser is Python's; without it, the other tests still check the text.
const withParser = hasParser ? test : test.skip

const COUNT = `
import sys, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
for suite in root:
    cases = suite.findall('testcase')
    print(suite.get('tests'), len(cases), *(len(suite.findall('testcase/' + kind)) for kind in ('failure', 'error', 'skipped')))
`

const SHAPES = `
import sys, xml.etree.ElementTree as tree
print('\\n'.join(sorted({f"{each.tag}: {' '.join(sorted(each.keys()))}".strip() for each in tree.fromstring(sys.stdin.buffer.read()).iter()})))
`

function read(xml: string): string[] {
  return execFileSync('python3', ['-c', COUNT], { input: xml, encoding: 'utf8' }).trim().split('\n')
}

withParser('is well formed whatever learners, tests and programs are called and say', () => {
  for (const text of HOSTILE) {
    const record = failing(text, '03-echo', [{ title: text, code: 'silent', message: text }])

    expect(read(renderJunit(gradesFrom([{ id: text }], [record])))).toEqual(['2 2 1 0 0'])
  }
})

withParser('has a suite an exercise of a learner, and a case a test', () => {
  const records = [
    passing('alice', '03-echo'),
    failing('bob', '03-echo', [
      { title: 'echoes', code: 'silent' },
      { title: 'ends', code: 'not-ended' },
    ]),
    brokenFile('carol', '03-echo'),
    missing('dave', '03-echo'),
    { ...missing('erin', '03-echo'), verdict: 'error' } as const,
  ]
  const learners = ['alice', 'bob', 'carol', 'dave', 'erin'].map((id) => ({ id }))

  expect(read(renderJunit(gradesFrom(learners, records)))).toEqual([
    '2 2 0 0 0',
    '3 3 2 0 0',
    '1 1 1 0 0',
    '1 1 0 0 1',
    '1 1 0 1 0',
  ])
})

test('what XML forbids is spelled out or replaced', () => {
  const xml = renderJunit(
    gradesFrom([{ id: 'a\0\x1B\uFFFE\uD800b' }], [passing('a\0\x1B\uFFFE\uD800b', '03-echo')]),
  )

  expect(xml).toContain('a\\x00\\x1B\uFFFD\uFFFDb')
  expect(xml).not.toMatch(/[^\P{Cc}\n]/u)
})

test('a run without a sandbox says so', () => {
  const record = { ...passing('alice', '03-echo'), sandboxed: false }

  expect(renderJunit(gradesFrom([{ id: 'alice' }], [record]))).toContain('name="sandboxed" value="false"')
})

test('says why in the attribute and in the text, since CI servers show one of them', () => {
  const record = failing('alice', '03-echo', [{ title: 'echoes', code: 'silent', message: 'a < b' }])

  expect(renderJunit(gradesFrom([{ id: 'alice' }], [record]))).toContain(
    '<failure message="a &lt; b" type="silent">a &lt; b</failure>',
  )
})

withParser('has no element and no attribute that the schema of Jenkins does not have', () => {
  const records = [
    passing('alice', '03-echo'),
    failing('bob', '03-echo', [{ title: 'echoes', code: 'silent' }]),
    missing('dave', '03-echo'),
    { ...missing('erin', '03-echo'), verdict: 'error' } as const,
  ]
  const xml = renderJunit(
    gradesFrom(
      ['alice', 'bob', 'dave', 'erin'].map((id) => ({ id })),
      records,
    ),
  )
  const shapes = execFileSync('python3', ['-c', SHAPES], { input: xml, encoding: 'utf8' })

  expect(shapes.trim().split('\n')).toEqual([
    'error: message type',
    'failure: message type',
    'properties:',
    'property: name value',
    'skipped: message type',
    'testcase: classname name time',
    'testsuite: errors failures name skipped tests time timestamp',
    'testsuites: name',
  ])
})
