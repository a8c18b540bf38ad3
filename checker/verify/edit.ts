import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { Exercise } from '../course/course.ts'
import { UsageError } from '../errors/usage.ts'
import { joinHeader, readMistakeHeader, splitHeader } from './header.ts'
import { applyDiff, DoesNotApply, makeDiff } from './mistake-diff.ts'
import { mistakesOf, referenceOf, writeProgram } from './mistakes.ts'
import { committedBase, merge } from './rebase.ts'

/** What happened to a mistake whose diff was made again. */
export interface Update {
  /** `mistakes/answers-once.diff`. */
  file: string
  /** `left`: a person has to look at it. */
  state: 'made' | 're-based' | 'left'
  text: string
}

const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/
const SKELETON = ['What it does, in a sentence.', '', 'fails:', 'says:']
const CONFLICT = /^(<{7}|={7}|>{7})( |$)/m

/**
 * Writes the whole program of a mistake, or the reference for a new one, to where it can be edited;
 * returns the path. Never overwrites an edit that is already there.
 */
export async function editMistake(root: string, exercise: Exercise, name: string): Promise<string> {
  if (!NAME.test(name))
    throw new UsageError(`"${name}" is not a name for a mistake: say what it does, such as answers-once.`)
  const known = mistakesOf(root, exercise).find((mistake) => mistake.name === name)
  if (known?.path.endsWith('.ts'))
    throw new UsageError(`${name} is a whole program: edit ${relative(root, known.path)} itself.`)
  const edit = editOf(root, exercise, name)
  if (existsSync(edit.program)) return relative(root, edit.program)
  const reference = readFileSync(referenceOf(root, exercise), 'utf8')
  const { header, rest } = known
    ? splitHeader(readFileSync(known.path, 'utf8'), '#')
    : { header: SKELETON, rest: '' }
  const merged = known ? await rebased(root, exercise, reference, rest) : { program: reference }
  if (!merged)
    throw new UsageError(
      `${relative(root, known?.path ?? '')} applies to no version of the reference that git knows. Mend it by hand.`,
    )
  write(edit, exercise, reference, joinHeader({ header, rest: merged.program }, '//'))
  return relative(root, edit.program)
}

/** Makes the diffs of the edited programs, and re-bases the others that no longer apply. */
export async function updateMistakes(root: string, exercise: Exercise): Promise<Update[]> {
  const updates: Update[] = []
  const reference = readFileSync(referenceOf(root, exercise), 'utf8')
  const edited = editedNames(root, exercise)
  for (const name of edited) updates.push(await takeEdit(root, exercise, reference, name))
  for (const { name, path, file } of mistakesOf(root, exercise)) {
    if (edited.includes(name) || !path.endsWith('.diff')) continue
    const text = readFileSync(path, 'utf8')
    const { header, rest } = splitHeader(text, '#')
    const merged = await rebased(root, exercise, reference, rest)
    const left = (why: string) => updates.push({ file, state: 'left', text: why })
    if (!merged) {
      left('applies to no version of the reference that git knows; mend it by hand')
    } else if (merged.conflicts > 0) {
      const edit = editOf(root, exercise, name)
      write(edit, exercise, reference, joinHeader({ header, rest: merged.program }, '//'))
      left(`conflicts with the reference: edit ${relative(root, edit.program)}, then --update again`)
    } else if (merged.program === reference) {
      left('is what the reference does by now: delete it, or edit it with --edit')
    } else {
      const diff = makeDiff(exercise.file, reference, merged.program)
      const anew = joinHeader({ header, rest: diff }, '#')
      if (anew === text) continue
      writeFileSync(path, anew)
      updates.push({ file, state: 're-based', text: '' })
    }
  }
  return updates
}

/**
 * The program that a diff makes of the current reference; undefined if no version of the reference
 * fits it.
 */
async function rebased(root: string, exercise: Exercise, reference: string, diff: string) {
  try {
    return { program: applyDiff(reference, diff), conflicts: 0 }
  } catch (error) {
    if (!(error instanceof DoesNotApply)) throw error
  }
  const found = await committedBase(root, relative(root, referenceOf(root, exercise)), diff)
  return found && merge(found.base, found.program, reference)
}

/**
 * Makes the diff of an edited program. If that is not possible yet, the program stays where it is.
 */
async function takeEdit(root: string, exercise: Exercise, reference: string, name: string): Promise<Update> {
  const file = `mistakes/${name}.diff`
  const edit = editOf(root, exercise, name)
  const shown = relative(root, edit.program)
  const left = (text: string): Update => ({ file, state: 'left', text: `${shown} ${text}` })
  const text = readFileSync(edit.program, 'utf8')
  if (CONFLICT.test(text)) return left('still has conflict markers')
  const { header, rest } = splitHeader(text, '//')
  if (!readMistakeHeader(text))
    return left('does not say in its header which test it "fails:" and what that "says:"')
  const merged = await merge(readFileSync(edit.base, 'utf8'), rest, reference)
  if (merged.conflicts > 0) {
    write(edit, exercise, reference, joinHeader({ header, rest: merged.program }, '//'))
    return left('conflicts with the reference, which has changed meanwhile: edit it again')
  }
  const diff = makeDiff(exercise.file, reference, merged.program)
  if (diff === '') return left('does what the reference does')
  const path = join(root, 'solutions', exercise.name, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, joinHeader({ header, rest: diff }, '#'))
  rmSync(edit.folder, { recursive: true })
  return { file, state: 'made', text: `from ${shown}` }
}

/** Where a mistake is edited: a submission, so that a check can be run on it meanwhile. */
function editOf(root: string, exercise: Exercise, name: string) {
  const folder = join(root, '.workshop', 'mistakes', exercise.name, name)
  return {
    folder,
    program: join(folder, exercise.name, exercise.file),
    base: join(folder, 'reference.txt'),
  }
}

function editedNames(root: string, exercise: Exercise): string[] {
  const folder = join(root, '.workshop', 'mistakes', exercise.name)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => existsSync(editOf(root, exercise, name).program))
    .sort()
}

function write(edit: ReturnType<typeof editOf>, exercise: Exercise, reference: string, program: string) {
  writeProgram(dirname(edit.program), exercise, program)
  writeFileSync(edit.base, reference)
}
