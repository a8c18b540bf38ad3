import xmlbuilder, { type XMLElement } from 'xmlbuilder'
import type { GradeRecord } from '../store/record.ts'
import { type CountedTest, countedTests } from './counted-tests.ts'
import type { Grades } from './grades.ts'
import { plainText, withoutPaths } from './plain-text.ts'

/** JUnit's elements for a test that did not pass. */
const ELEMENTS = { fail: 'failure', flaky: 'failure', error: 'error', skipped: 'skipped' } as const

/** One test case of a suite, in JUnit's terms. */
interface Case {
  name: string
  seconds: number
  /** Absent if it passed. */
  problem?: { element: 'failure' | 'error' | 'skipped'; type: string; message: string }
}

/**
 * The gradebook as JUnit XML, for CI servers: one suite per exercise of a learner, one case per
 * hidden test.
 */
export function renderJunit({ rows }: Grades): string {
  const root = xmlbuilder.create('testsuites', {
    version: '1.0',
    encoding: 'UTF-8',
    invalidCharReplacement: '\uFFFD',
  })
  root.att('name', 'Accept Loop')
  for (const { score } of rows) {
    for (const { record } of score.cells) if (record) addSuite(root, record)
  }
  return `${root.end({ pretty: true })}\n`
}

function addSuite(root: XMLElement, record: GradeRecord): void {
  const cases = casesOf(record)
  const count = (element: string) => cases.filter(({ problem }) => problem?.element === element).length
  const suite = root.ele('testsuite', {
    name: legal(`${record.learner} ${record.exercise}`),
    tests: cases.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
    time: seconds(record.verdictJson?.ms ?? 0),
    timestamp: record.gradedAt.slice(0, 19),
  })
  const properties = suite.ele('properties')
  const about = { learner: record.learner, exercise: record.exercise, verdict: record.verdict }
  for (const [name, value] of Object.entries({ ...about, sandboxed: `${record.sandboxed}` }))
    properties.ele('property', { name, value: legal(value) })
  for (const each of cases) addCase(suite, each, record)
}

function addCase(suite: XMLElement, { name, seconds: time, problem }: Case, record: GradeRecord): void {
  const classname = legal(`${record.exercise}.${record.learner}`)
  const element = suite.ele('testcase', { name: legal(name), classname, time: time.toFixed(3) })
  if (!problem) return
  const message = legal(problem.message)
  // Jenkins shows the attribute, GitLab only the text.
  element.ele(problem.element, { message, type: legal(problem.type) }, message)
}

/** The tests; a single case for an exercise without any tests run. */
function casesOf(record: GradeRecord): Case[] {
  const { exercise, verdict, reason = '' } = record
  const cases = countedTests(record).map(toCase)
  if (cases.length > 0 || verdict === 'pass') return cases
  const problem = { element: ELEMENTS[verdict], type: verdict, message: reason }
  return [{ name: `${exercise} can be run`, seconds: 0, problem }]
}

function toCase({ title, verdict, shown, other }: CountedTest): Case {
  const base = { name: title, seconds: shown.ms / 1000 }
  if (verdict === 'pass') return base
  const disagreement = other === undefined ? '' : ` (another run: ${other})`
  const message = `${shown.message ?? verdict}${disagreement}`
  return { ...base, problem: { element: ELEMENTS[verdict], type: shown.code ?? verdict, message } }
}

/**
 * Text that is allowed in XML and says nothing about the machine: xmlbuilder escapes the markup.
 */
function legal(text: string): string {
  return plainText(withoutPaths(text))
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}
