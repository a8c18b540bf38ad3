import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { type ByHand, gradeByHand, timed } from '../bench/by-hand.ts'
import { makeCohort, nameOf } from '../bench/cohort.ts'
import { type MustSpend, mustSpend } from '../bench/must-spend.ts'
import { type VerdictCost, verdictCost } from '../bench/verdict-cost.ts'
import { type Exercise, listExercises } from '../course/course.ts'
import { withScratch } from '../files/scratch.ts'
import { openMachine } from '../grade/open-machine.ts'
import { Judge } from '../judge/asks/judge.ts'
import { defaultJudges } from '../judge/asks/judge-pool.ts'
import { lackOfSandbox } from '../sandbox/sandbox.ts'

const SUBMISSIONS = 60
/** How many right submissions each judge slot grades when the cost of one is measured. */
const RIGHT = 2
/** How many submissions are graded by hand: each takes as long as the last. */
const BY_HAND = 2

/**
 * `npm run bench -- --grade`: what grading a cohort costs, compared with grading by hand and with
 * the time the tests themselves need.
 */
export function benchGrade(root: string, options: { submissions?: number }): Promise<number> {
  return withScratch(tmpdir(), 'accept-loop-bench-', (folder) =>
    timeGrading(root, folder, options.submissions ?? SUBMISSIONS),
  )
}

async function timeGrading(root: string, folder: string, count: number): Promise<number> {
  const exercises = listExercises(root)
  const lack = lackOfSandbox()
  if (lack !== undefined) console.log(`Without a sandbox, which costs less: ${lack}`)
  const cohort = join(folder, 'cohort')
  makeCohort(root, cohort, exercises, count)
  say(`Grading ${count} submissions of ${exercises.length} exercises with ${defaultJudges} judges.`)
  const pool = await gradeAll(root, cohort, join(folder, 'gradebook'), [], lack === undefined)

  say(`Grading ${BY_HAND} of them by hand.`)
  const byHand: ByHand[] = []
  for (let i = 0; i < Math.min(BY_HAND, count); i += 1) {
    const times = await gradeByHand(root, join(cohort, nameOf(i)), join(folder, `by-hand-${i}`))
    if (times) byHand.push(times)
  }

  say(`Grading ${RIGHT} right submissions with one judge, and then measuring what their tests must spend.`)
  const right = join(folder, 'right')
  makeCohort(root, right, exercises, RIGHT, true)
  const alone = [root, right, join(folder, 'right-gradebook'), ['--jobs', '1'], lack === undefined] as const
  const first = await gradeAll(...alone)
  const again = await gradeAll(...alone)
  const spent = await spendAll(root, exercises)

  say('Grading right and wrong submissions of each exercise, for the CPU time of a verdict.')
  const costs = await costsOf(root, join(folder, 'machine'), exercises, lack === undefined)

  console.log(renderPool(pool, count, byHand))
  console.log(renderSpent(exercises, spent, (first - again) / RIGHT, again))
  console.log(renderCosts(costs))
  return 0
}

/** What a pass and a fail cost, by the name of the exercise. */
async function costsOf(
  root: string,
  out: string,
  exercises: readonly Exercise[],
  sandbox: boolean,
): Promise<Map<string, VerdictCost>> {
  const costs = new Map<string, VerdictCost>()
  const machine = await openMachine(root, out, 1, sandbox)
  if (typeof machine === 'string') throw new Error(machine)
  try {
    for (const exercise of exercises) {
      const cost = await verdictCost(machine, exercise)
      if (cost) costs.set(exercise.name, cost)
    }
  } finally {
    await machine.judges.close()
  }
  return costs
}

/** Milliseconds for the whole command. */
function gradeAll(
  root: string,
  cohort: string,
  out: string,
  more: readonly string[],
  sandbox: boolean,
): Promise<number> {
  const args = ['checker/start.js', 'grade', cohort, '--out', out, '--yes', ...more]
  return timed(async () => {
    const { exitCode, stderr } = await execa(
      process.execPath,
      [...args, ...(sandbox ? [] : ['--no-sandbox'])],
      {
        cwd: root,
        reject: false,
      },
    )
    if (exitCode !== 0) throw new Error(`grade ended with ${exitCode}:\n${stderr}`)
  })
}

async function spendAll(root: string, exercises: readonly Exercise[]): Promise<MustSpend[]> {
  const judge = new Judge(root)
  // Below the root, where a program finds the packages that its exercise allows it to import.
  return withScratch(root, '.workshop-bench-', async (folder) => {
    try {
      const all: MustSpend[] = []
      for (const exercise of exercises) all.push(await mustSpend(root, exercise, judge, folder))
      return all
    } finally {
      await judge.stop()
    }
  })
}

function renderPool(ms: number, count: number, byHand: readonly ByHand[]): string {
  const ours = ms / count
  const mean = (part: (times: ByHand) => number) =>
    byHand.reduce((sum, times) => sum + part(times), 0) / byHand.length
  const theirs = mean(({ copy, install, jest }) => copy + install + jest)
  const rows = [
    ['', 'measured', 'in all', 'a submission'],
    ['npm run grade, all exercises', `${count}`, seconds(ms), seconds(ours)],
  ]
  if (byHand.length > 0) {
    const parts: [string, (times: ByHand) => number][] = [
      ['copy, npm ci, npx jest', ({ copy, install, jest }) => copy + install + jest],
      ['  of that: copy', ({ copy }) => copy],
      ['  of that: npm ci, from a warm cache', ({ install }) => install],
      ['  of that: npx jest', ({ jest }) => jest],
    ]
    for (const [name, part] of parts)
      rows.push([name, `${byHand.length}`, seconds(mean(part) * byHand.length), seconds(mean(part))])
  }
  const ratio =
    byHand.length > 0
      ? `By hand costs ${(theirs / ours).toFixed(1)} times as much. It is modelled: one submission after the other, and each failed test runs once; grade runs it twice.`
      : 'npm ci did not work here, so there is nothing to compare with.'
  return `\n${table(rows)}\n\n${ratio}`
}

function renderSpent(
  exercises: readonly Exercise[],
  spent: readonly MustSpend[],
  cost: number,
  fixed: number,
): string {
  const must = ({ starts, startMs, protocolMs }: MustSpend) => starts * startMs + protocolMs
  const rows = spent.map((each, i) => [
    exercises[i]?.name ?? '',
    `${each.tests}`,
    `${each.starts}`,
    `${each.startMs.toFixed(0)} ms`,
    seconds(each.protocolMs),
    seconds(must(each)),
  ])
  const sum = spent.reduce((all, each) => all + must(each), 0)
  return [
    '',
    table([['the tests of', 'tests', 'starts', 'a start', 'protocol', 'must spend'], ...rows]),
    '',
    `A right submission: ${seconds(cost)} with one judge; its tests must spend ${seconds(sum)}: ratio ${(cost / sum).toFixed(2)}.`,
    'Below 1 where there is more than one core: the next process starts while a test runs.',
    `Beside that ${seconds(fixed)} a run, however many submissions: start, the sandbox's proof, the gradebook.`,
  ].join('\n')
}

function renderCosts(costs: ReadonlyMap<string, VerdictCost>): string {
  const rows = [...costs].map(([name, { pass, fail }]) => [
    name,
    seconds(pass),
    seconds(fail),
    (fail / pass).toFixed(2),
  ])
  const sum = (part: (cost: VerdictCost) => number) =>
    [...costs.values()].reduce((all, one) => all + part(one), 0)
  const ratio = sum(({ fail }) => fail) / sum(({ pass }) => pass)
  return [
    '',
    table([['CPU time of a verdict on', 'pass', 'fail', 'ratio'], ...rows]),
    '',
    `A fail, which is found twice, costs ${ratio.toFixed(2)} times the CPU time of a pass.`,
  ].join('\n')
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((text, i) => (i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0)))
        .join('  '),
    )
    .join('\n')
}

function say(text: string): void {
  console.error(text)
}
