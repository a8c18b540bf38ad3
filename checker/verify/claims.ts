import { readHints } from '../course/hints.ts'
import type { Verdict } from '../judge/verdict.ts'
import type { MistakeHeader } from './header.ts'

/**
 * What verify says about a program or a folder: undefined if it is as it should be, otherwise what
 * is surprising.
 */
export type Surprise = string | undefined

/** A right server passes. */
export function passes(verdict: Verdict): Surprise {
  if (verdict.verdict === 'pass') return undefined
  const failed = verdict.tests.find((test) => test.verdict !== 'pass')
  const what = failed ? `${failed.title}: ${failed.message}` : verdict.message
  return `should pass, but: ${verdict.verdict}, ${what}`
}

/** The untouched stub passes nothing, and fails because of the tests and not because of us. */
export function passesNothing(verdict: Verdict): Surprise {
  if (verdict.tests.length === 0) return `should fail every test, but none ran: ${verdict.message}`
  const odd = verdict.tests.find((test) => test.verdict !== 'fail')
  return odd && `should fail every test, but "${odd.title}" gave ${odd.verdict}`
}

/**
 * Of the tests it was run on, a mistake first fails the one that it names, with the message that it
 * names.
 */
export function failsAs(verdict: Verdict, header: MistakeHeader): Surprise {
  const first = verdict.tests.find((test) => test.verdict !== 'pass')
  if (!first)
    return `should fail "${header.fails}", but got ${verdict.verdict} ${verdict.message ?? ''}`.trim()
  if (first.verdict !== 'fail')
    return `should fail, but "${first.title}" gave ${first.verdict}: ${first.message}`
  if (first.title !== header.fails)
    return `should fail "${header.fails}", but failed "${first.title}": ${first.message}`
  if (first.message?.includes(header.says)) return undefined
  return `should say "${header.says}", but said: ${first.message}`
}

/** Every hidden test is named by a mistake. */
export function everyTestIsKilled(titles: readonly string[], headers: readonly MistakeHeader[]): Surprise {
  const alive = titles.filter((title) => !headers.some((header) => header.fails === title))
  return alive.length > 0 ? `no mistake fails ${alive.map((title) => `"${title}"`).join(', ')}` : undefined
}

/** Hints and tests are the same list, and every test has three hints. */
export function hintsMatch(titles: readonly string[], markdown: string): Surprise {
  const sections = readHints(markdown)
  const without = titles.filter((title) => !sections.some((section) => section.title === title))
  if (without.length > 0) return `no hints for "${without[0]}"`
  const spare = sections.find((section) => !titles.includes(section.title))
  if (spare) return `hints for "${spare.title}", which is not the title of a test`
  const short = sections.find((section) => section.steps.length !== 3)
  return short && `"${short.title}" has ${short.steps.length} hints instead of 3`
}

/** The stub has one place to start. */
export function hasOneTodo(stub: string): Surprise {
  const count = stub.split('// TODO').length - 1
  return count === 1 ? undefined : `has ${count} comments "// TODO" instead of one`
}
