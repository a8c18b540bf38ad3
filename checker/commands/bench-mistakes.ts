import { checkMistakes, type MistakeCheck } from '../bench/mistakes.ts'
import { listExercises } from '../course/course.ts'
import { withScratch } from '../files/scratch.ts'
import { chooseExercise } from '../progress/current.ts'
import { fittedRow } from '../terminal/fitted.ts'

const SLOWEST = 5

/**
 * `npm run bench -- --mistakes`: which mistakes a learner has to wait for, and for which the report
 * knows no cause.
 */
export function benchMistakes(root: string, words: readonly string[]): Promise<number> {
  const exercises = words.length > 0 ? words.map((word) => chooseExercise(root, word)) : listExercises(root)
  return withScratch(root, '.workshop-bench-', async (folder) => {
    const checks = await checkMistakes(root, exercises, folder, (done, total) =>
      process.stderr.write(`\r${done} of ${total} mistakes`),
    )
    process.stderr.write('\r')
    console.log(renderChecks(checks))
    return 0
  })
}

function renderChecks(checks: readonly MistakeCheck[]): string {
  const count = checks.length
  const failing = checks.filter(({ firstFailureMs }) => firstFailureMs !== undefined)
  const unknown = failing.filter(({ hasCause }) => !hasCause)
  const passing = checks.filter((check) => !failing.includes(check))
  return [
    'Slowest by the whole check:',
    ...slowest(checks, ({ ms }) => ms),
    '',
    'Slowest to the first failure:',
    ...slowest(failing, ({ firstFailureMs = 0 }) => firstFailureMs),
    '',
    `Without a likely cause in the report, ${unknown.length} of ${count}:`,
    ...unknown.toSorted(byName).map((check) => row(check, check.message ?? '')),
    ...(passing.length > 0 ? ['', 'Without a test that fails:'] : []),
    ...passing.map((check) => row(check, '')),
  ].join('\n')
}

function slowest(checks: readonly MistakeCheck[], msOf: (check: MistakeCheck) => number): string[] {
  return checks
    .toSorted((a, b) => msOf(b) - msOf(a))
    .slice(0, SLOWEST)
    .map((check) => row(check, '', `${(msOf(check) / 1000).toFixed(1)} s`.padStart(8)))
}

function row({ exercise, name }: MistakeCheck, text: string, before = ''): string {
  return fittedRow(`${before}  `, `${exercise} ${name}${text && `: ${text}`}`)
}

function byName(a: MistakeCheck, b: MistakeCheck): number {
  return `${a.exercise} ${a.name}`.localeCompare(`${b.exercise} ${b.name}`)
}
