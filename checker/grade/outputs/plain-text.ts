import { homedir } from 'node:os'
import type { TestResult } from '../../judge/verdict.ts'
import { harmless } from '../../program/bytes.ts'
import { CHECKOUT } from '../checkout.ts'

/** Where a judge puts what it compiles, on whichever machine it was. */
const RUN_FOLDER = '/.workshop/run/'
/** The longest stretch that may be a path. */
const WORD = /[^\s'"()]+/g

/** Nearly every text is like this, and a cohort has megabytes of it. */
const ORDINARY = /^[\x20-\x7E\n]*$/

/**
 * Lines of text in which nothing is a command: whatever a terminal, an editor or a parser would
 * obey is spelled out.
 */
export function plainText(text: string): string {
  if (ORDINARY.test(text)) return text
  const spelled = Buffer.from(text).toString().split('\n').map(harmless).join('\n')
  return spelled.replace(/[^\P{C}\n]/gu, '\uFFFD')
}

/** Text without the paths of the machine that graded. */
export function withoutPaths(text: string): string {
  const home = homedir()
  const shorter = text.replace(WORD, withoutRunFolder).replaceAll(CHECKOUT, '…')
  return home.length > 1 ? shorter.replaceAll(home, '~') : shorter
}

/**
 * The name of a file in a run folder, without the folders. In one pass, since learners decide how
 * long a word is.
 */
function withoutRunFolder(word: string): string {
  const at = word.lastIndexOf(RUN_FOLDER)
  if (at < 0) return word
  const [start = at] = ['file://', '/'].map((lead) => word.indexOf(lead)).filter((index) => index >= 0)
  const inside = word.slice(at + RUN_FOLDER.length)
  return word.slice(0, start) + inside.slice(inside.lastIndexOf('/') + 1)
}

/**
 * A test's result as a learner may read it: without paths of the machine that graded. What was sent
 * over the wire stays as it was.
 */
export function withoutPathsIn(test: TestResult): TestResult {
  return {
    ...test,
    ...(test.message !== undefined && { message: withoutPaths(test.message) }),
    stdout: withoutPaths(test.stdout),
    stderr: withoutPaths(test.stderr),
    conversation: test.conversation.map((event) =>
      event.text === undefined ? event : { ...event, text: withoutPaths(event.text) },
    ),
  }
}
