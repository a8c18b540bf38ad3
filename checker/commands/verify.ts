import { type Exercise, findExercise, listExercises } from '../course/course.ts'
import { keepStub, readStub } from '../course/stub.ts'
import { UsageError, usage } from '../errors/usage.ts'
import { withScratch } from '../files/scratch.ts'
import { newSeed } from '../judge/asks/jobs.ts'
import { defaultJudges, shareOut } from '../judge/asks/judge-pool.ts'
import type { JudgeSlot } from '../judge/asks/judge-slot.ts'
import { fittedRow } from '../terminal/fitted.ts'
import { editMistake, updateMistakes } from '../verify/edit.ts'
import { keepBusy } from '../verify/load.ts'
import { typeErrorsIn } from '../verify/program-types.ts'
import { type Proof, proofsOf, proveFiles } from '../verify/proof.ts'
import { proveRecording } from '../verify/recorded.ts'
import { isCertain, unsteadyAllowed } from '../verify/steadiness.ts'

export interface VerifyOptions {
  jobs?: number
  repeat?: number
  only?: string
  load?: boolean
  inOrder?: boolean
  seed?: number
  update?: boolean
  edit?: string
}

/** The kinds of proof that `--only` may name; it may also name programs. */
const KINDS = ['right', 'stub', 'mistake', 'types', 'syscalls']
/** A judge spends half of its time waiting for what a wrong server never does. */
const JUDGES_A_CORE = 3
/** How many proofs of an exercise need no program to run. */
const FILE_PROOFS = 4

interface Row {
  exercise: string
  name: string
  state: 'passed' | 'FAILED' | 'UNSTEADY' | 'skipped'
  text: string
}

/**
 * `npm run verify`: proves that the verdicts of the exercises are right. Exit code 1 on any
 * surprise.
 */
export async function verify(
  root: string,
  words: readonly string[],
  options: VerifyOptions,
): Promise<number> {
  const exercises = words.length > 0 ? words.map((word) => known(root, word)) : listExercises(root)
  if (options.edit !== undefined) return edit(root, exercises, words, options.edit)
  return withScratch(root, '.workshop-verify-', (scratch) => prove(root, exercises, options, scratch))
}

async function prove(
  root: string,
  exercises: readonly Exercise[],
  options: VerifyOptions,
  scratch: string,
): Promise<number> {
  for (const exercise of exercises) if (options.update || !readStub(exercise)) keepStub(exercise)
  const repeat = options.repeat ?? 1
  const start = performance.now()
  const titles = new Map<string, string[]>()
  const rows: Row[] = []
  const updated = options.update ? await update(root, exercises, options.only) : []
  const proofs = exercises.flatMap((exercise) =>
    proofsOf(root, exercise, {
      seed: options.seed ?? newSeed(),
      inOrder: options.inOrder ?? false,
      scratch,
    }),
  )
  const isAsked = (what: string) => options.only === undefined || what.includes(options.only)
  const chosen = proofs.filter(({ kind, name }) => isAsked(`${kind} ${name}`))
  // Round by round, so that a run that is cut short has covered every program.
  const runs = Array.from({ length: repeat }, (_, round) =>
    chosen.filter((proof) => round === 0 || !proof.skipped),
  ).flat()
  const made = isAsked('types') ? proofs.filter((proof) => proof.made !== undefined) : []
  const typed = exercises.filter(({ name }) => made.some(({ exercise }) => exercise === name))
  const recordings = isAsked('syscalls') ? exercises : []
  if (chosen.length + typed.length + recordings.length === 0)
    throw new UsageError(
      `Nothing to run has "${options.only}" in its kind or name. Kinds are ${KINDS.join(', ')}.`,
    )
  const looks =
    (options.only === undefined ? exercises.length * FILE_PROOFS : 0) + typed.length + recordings.length
  const total = updated.length + runs.length + looks
  const load = options.load ? keepBusy() : undefined

  const show = (row: Row) => {
    rows.push(row)
    const count = `${rows.length}/${total}`.padStart(`${total}/${total}`.length)
    if (row.state !== 'passed' || repeat === 1)
      console.log(
        fittedRow(
          `${count} `,
          `${row.state.padEnd(7)} ${row.exercise} ${row.name}${row.text ? `: ${row.text}` : ''}`,
        ),
      )
    else if (rows.length % 50 === 0) console.log(`${count} …`)
  }
  for (const row of updated) show(row)
  const typeErrors = typeErrorsIn(
    root,
    scratch,
    made.flatMap(({ made }) => made ?? []),
  )
  // --repeat is for finding surprises, and --seed for reproducing one.
  const isStrict = repeat > 1 || options.seed !== undefined
  const prove = async (judge: JudgeSlot, proof: Proof) => {
    if (proof.broken !== undefined) return show({ ...proof, state: 'FAILED', text: proof.broken })
    if (!proof.job) return show({ ...proof, state: 'skipped', text: proof.skipped ?? '' })
    const seed = repeat > 1 ? newSeed() : proof.job.seed
    const verdict = await judge.judge({ ...proof.job, seed })
    const known = titles.get(proof.exercise) ?? []
    if (verdict.tests.length > known.length)
      titles.set(
        proof.exercise,
        verdict.tests.map((test) => test.title),
      )
    const surprise = proof.judge(verdict)
    if (!surprise)
      return show({ ...proof, state: 'passed', text: `${(verdict.ms / 1000).toFixed(1)}\u00a0s` })
    const certain = isStrict || (await isCertain(judge, proof.job, proof))
    show({ ...proof, state: certain ? 'FAILED' : 'UNSTEADY', text: `${surprise} (seed ${seed})` })
  }
  await shareOut(root, runs, options.jobs ?? defaultJudges * JUDGES_A_CORE, prove)
  if (options.only === undefined) {
    for (const exercise of exercises) {
      for (const [name, surprise] of Object.entries(
        proveFiles(root, exercise, titles.get(exercise.name) ?? []),
      )) {
        show({ exercise: exercise.name, name, state: surprise ? 'FAILED' : 'passed', text: surprise ?? '' })
      }
    }
  }
  const errors = await typeErrors
  for (const { name } of typed) {
    const wrong = made.find((proof) => proof.exercise === name && errors.has(proof.made ?? ''))
    const text = wrong ? `${wrong.name}: ${errors.get(wrong.made ?? '')}` : ''
    show({ exercise: name, name: 'types', state: wrong ? 'FAILED' : 'passed', text })
  }
  for (const exercise of recordings) {
    const look = await proveRecording(root, exercise, options.update ?? false)
    show({ exercise: exercise.name, name: 'syscalls', ...look })
  }
  load?.stop()
  const mistakes = runs.filter(({ kind }) => kind === 'mistake').length
  return summary(rows, unsteadyAllowed(mistakes), performance.now() - start)
}

/** Makes the diffs again, unless `--only` names something else; one row for each that changed. */
async function update(
  root: string,
  exercises: readonly Exercise[],
  only: string | undefined,
): Promise<Row[]> {
  if (only !== undefined && only !== 'mistake' && KINDS.includes(only)) return []
  const rows: Row[] = []
  for (const exercise of exercises)
    for (const { file, state, text } of await updateMistakes(root, exercise))
      rows.push({
        exercise: exercise.name,
        name: file,
        ...(state === 'left'
          ? { state: 'FAILED', text }
          : { state: 'passed', text: `${state} ${text}`.trim() }),
      })
  return rows
}

/** `--edit NAME`: says where the program of a mistake can now be edited. */
async function edit(
  root: string,
  exercises: readonly Exercise[],
  words: readonly string[],
  name: string,
): Promise<number> {
  const [exercise] = exercises
  if (!exercise || words.length !== 1)
    throw new UsageError('--edit takes one exercise: npm run verify 03 -- --edit answers-once')
  const path = await editMistake(root, exercise, name)
  const submission = path.split('/').slice(0, -2).join('/')
  const next = `npm run check ${exercise.number} -- --submission ${submission}`
  console.log(
    `${path}\n\nEdit it; then\n  ${next}\nshows what a learner would see, and\n  npm run verify ${exercise.number} -- --update\nmakes the diff of it.`,
  )
  return 0
}

function summary(rows: readonly Row[], unsteadyAllowed: number, ms: number): number {
  const failed = rows.filter((row) => row.state === 'FAILED')
  const unsteady = rows.filter((row) => row.state === 'UNSTEADY')
  const skipped = rows.filter((row) => row.state === 'skipped')
  const names = [...new Set(rows.map((row) => row.exercise))].sort()
  const widest = Math.max(...names.map((name) => name.length))
  console.log('')
  for (const name of names) {
    const own = rows.filter((row) => row.exercise === name)
    const count = (state: Row['state']) => own.filter((row) => row.state === state).length
    const passed = `${count('passed')}`.padStart(`${rows.length}`.length)
    const counts = countsOf(passed, count('FAILED'), count('UNSTEADY'), count('skipped'))
    console.log(fittedRow(`${name.padEnd(widest)}  `, counts))
  }
  for (const row of [...failed, ...unsteady, ...skipped])
    console.log(fittedRow(`${row.state}: `, `${row.exercise} ${row.name}: ${row.text}`))
  console.log('')
  const passed = rows.length - failed.length - unsteady.length - skipped.length
  const counts = countsOf(`${passed}`, failed.length, unsteady.length, skipped.length)
  console.log(fittedRow('', `${counts}, in ${Math.round(ms / 1000)} s`))
  return failed.length > 0 || unsteady.length > unsteadyAllowed ? 1 : 0
}

function countsOf(passed: string, failed: number, unsteady: number, skipped: number): string {
  const odd = unsteady > 0 ? `${unsteady} unsteady, ` : ''
  return `${passed} passed, ${failed} failed, ${odd}${skipped} skipped`
}

function known(root: string, word: string): Exercise {
  const found = findExercise(root, word)
  if ('near' in found) throw usage(`There is no exercise "${word}".`, found.near)
  return found
}
