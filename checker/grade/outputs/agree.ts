import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'
import { UsageError } from '../../errors/usage.ts'
import { printable } from '../progress.ts'
import { keyOf } from '../store/ledger.ts'
import type { GradeChange } from './changes.ts'

/** Who answers for the facilitator, and how to ask the facilitator. */
export interface Answers {
  /** Yes to everything. */
  yes: boolean
  /** Yes to these results: `bob:03-echo`, all of `bob`, all of `03-echo`. */
  accept?: readonly string[]
  /** Undefined if no one can be asked. */
  ask: ((question: string) => Promise<string>) | undefined
  /** Shows a line. */
  say: (line: string) => void
}

const MAX_LINES = 40

/** Asks whether the rules may differ from last time: one decision for all. */
export async function agreeToRules(
  rules: readonly string[],
  changes: readonly GradeChange[],
  { yes, ask, say }: Answers,
): Promise<boolean> {
  if (changes.length === 0) return true
  say(rules.join('\n'))
  show(changes, say)
  if (yes) return true
  if (!ask) say('Not an interactive terminal: add --yes to grade by these rules.')
  return isYes(await ask?.('Grade by these rules? [y/N] '))
}

/** Asks a yes or no that no option except `yes` answers. */
export async function agreeTo(sentence: string, { yes, ask }: Answers): Promise<boolean> {
  if (yes) return true
  return isYes(await ask?.(`${sentence} [y/N] `))
}

/**
 * Shows what comes out differently, and asks for each whether it may replace the old one. Returns
 * the cells that may; undefined if the answer is to leave everything as it was.
 */
export async function chooseRegrades(
  changes: readonly GradeChange[],
  { yes, accept, ask, say }: Answers,
): Promise<ReadonlySet<string> | undefined> {
  const all = new Set(changes.map(keyOf))
  if (changes.length > 0) show(changes, say)
  if (accept !== undefined) return accepted(changes, accept)
  if (yes || changes.length === 0) return all
  if (!ask) {
    say(
      `Not an interactive terminal: add --yes to replace all of them, or --accept ${exampleOf(changes)} to replace only that.`,
    )
    return undefined
  }
  say(LEGEND)
  return askEach(changes, ask)
}

/** As it may be copied into a shell: an id with a special meaning there is left out. */
function exampleOf([change]: readonly GradeChange[]): string {
  return change && /^[\w.@-]+$/.test(change.learner)
    ? `${change.learner}:${change.exercise}`
    : 'LEARNER:EXERCISE'
}

const LEGEND = 'y replace, n keep the old one, a replace all that are left, k keep all that are left, q quit'

async function askEach(
  changes: readonly GradeChange[],
  ask: (question: string) => Promise<string>,
): Promise<ReadonlySet<string> | undefined> {
  const chosen = new Set<string>()
  for (const [i, change] of changes.entries()) {
    const { learner, exercise, before, after } = change
    const question = `${i + 1}/${changes.length}  ${printable(learner)}  ${exercise}  ${before} -> ${after}  [y/n/a/k/q] `
    const answer = (await ask(question)).trim().toLowerCase()
    if (answer === 'q') return undefined
    if (answer === 'k') return chosen
    if (answer === 'a') return new Set([...chosen, ...changes.slice(i).map(keyOf)])
    if (isYes(answer)) chosen.add(keyOf(change))
  }
  return chosen
}

function accepted(changes: readonly GradeChange[], accept: readonly string[]): ReadonlySet<string> {
  const namedBy = (word: string) =>
    changes.filter(({ learner, exercise }) => [`${learner}:${exercise}`, learner, exercise].includes(word))
  const words = wordsIn(accept, (word) => namedBy(word).length > 0)
  const unknown = words.find((word) => namedBy(word).length === 0)
  if (unknown !== undefined) {
    const [first] = changes
    const such = first ? `, such as ${first.learner}:${first.exercise}` : ': none differs'
    throw new UsageError(
      printable(`--accept "${unknown}" names no result that differs. Name some of those that do${such}.`),
    )
  }
  return new Set(words.flatMap(namedBy).map(keyOf))
}

/** The words of a list that was split at commas, some of which may belong to an id. */
function wordsIn(parts: readonly string[], isName: (word: string) => boolean): string[] {
  const words: string[] = []
  for (let i = 0; i < parts.length; ) {
    let end = parts.length
    const word = () => parts.slice(i, end).join(',').trim()
    while (end > i + 1 && !isName(word())) end -= 1
    words.push(word())
    i = end
  }
  return words
}

function show(changes: readonly GradeChange[], say: Answers['say']): void {
  const rows = changes.map((each) => [printable(each.learner), each.exercise, each.before, '->', each.after])
  const widths = [0, 1, 2].map((i) => Math.min(30, Math.max(...rows.map((row) => row[i]?.length ?? 0))))
  say(`${changes.length} ${changes.length === 1 ? 'result differs' : 'results differ'} from the gradebook:`)
  for (const row of rows.slice(0, MAX_LINES))
    say(`  ${row.map((text, i) => text.padEnd(widths[i] ?? 0)).join('  ')}`)
  if (rows.length > MAX_LINES) say(`  … and ${rows.length - MAX_LINES} more`)
  say('')
}

function isYes(answer = ''): boolean {
  return /^y(es)?$/i.test(answer.trim())
}

/**
 * Asks at the terminal; undefined if there is none. The end of input is an answer, too: to quit.
 */
export function terminalAsk(): Answers['ask'] {
  if (!process.stdin.isTTY) return undefined
  return async (question) => {
    const terminal = createInterface({ input: process.stdin, output: process.stdout })
    const closed = once(terminal, 'close')
    const answer = await Promise.race([terminal.question(question), closed])
    terminal.close()
    return typeof answer === 'string' ? answer : 'q'
  }
}
