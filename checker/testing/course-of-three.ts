import { type Exercise, findExercise } from '../course/course.ts'
import type { Outcome } from '../judge/verdict.ts'
import { recordVerdict } from '../progress/progress.ts'
import { Course } from './course.ts'

/** The exercises. */
export const NAMES = ['01-listen', '02-accept', '03-echo']
/** Each exercise's stub. */
export const STUB = '// TODO\n'
/** The learner's file of the third exercise. */
export const MINE = 'exercises/03-echo/server.ts'

/** A course of three in two parts, for tests of commands; what they print is kept. */
export class CourseOfThree extends Course {
  said = ''
  readonly #log = console.log

  constructor() {
    super(Object.fromEntries(NAMES.map((name) => [name, filesOf(name)])))
    console.log = (text: string) => {
      this.said += `${text}\n`
    }
  }

  exerciseOf(name: string): Exercise {
    const found = findExercise(this.root, name)
    if ('near' in found) throw new Error(`no ${name}`)
    return found
  }

  /** Records a check with this verdict. */
  record(exercise: string, verdict: Outcome): void {
    const test = { title: 'answers', verdict, ms: 1, conversation: [], stdout: '', stderr: '' }
    recordVerdict(this.root, { version: 1, exercise, verdict, seed: 1, ms: 1, tests: [test] })
  }

  override remove(): void {
    console.log = this.#log
    super.remove()
  }
}

function filesOf(name: string) {
  const part = name === '03-echo' ? 'Part 2: Bytes' : 'Part 1: The dance'
  return {
    'exercises/README.md': `# ${name.slice(0, 2)} A title\n\n> ${part}\n`,
    'exercises/server.ts': STUB,
    'exercises/.hidden/a.test.ts': '',
    'exercises/.hidden/server.ts.txt': STUB,
    'solutions/server.ts': 'one\ntwo\n',
  }
}
