import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Exercise, findExercise } from '../course/course.ts'
import { keepStub } from '../course/stub.ts'
import type { Outcome } from '../judge/verdict.ts'
import { recordVerdict } from '../progress/progress.ts'

/** The exercises. */
export const NAMES = ['01-listen', '02-accept', '03-echo']
/** Each exercise's stub. */
export const STUB = '// TODO\n'
/** The learner's file of the third exercise. */
export const MINE = 'exercises/03-echo/server.ts'

/** A course of three in two parts, in a folder of its own, for tests of commands; what they print is kept. */
export class CourseOfThree {
  readonly root = mkdtempSync(join(tmpdir(), 'accept-loop-'))
  said = ''
  readonly #log = console.log

  constructor() {
    console.log = (text: string) => {
      this.said += `${text}\n`
    }
    for (const name of NAMES) {
      const part = name === '03-echo' ? 'Part 2: Bytes' : 'Part 1: The dance'
      this.put(`exercises/${name}/README.md`, `# ${name.slice(0, 2)} A title\n\n> ${part}\n`)
      this.put(`exercises/${name}/server.ts`, STUB)
      this.put(`exercises/${name}/.hidden/a.test.ts`, '')
      this.put(`solutions/${name}/server.ts`, 'one\ntwo\n')
      keepStub(this.exerciseOf(name))
    }
  }

  put(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true })
    writeFileSync(join(this.root, path), text)
  }

  exerciseOf(name: string): Exercise {
    const found = findExercise(this.root, name)
    if ('near' in found) throw new Error(`no ${name}`)
    return found
  }

  /** Keeps a check that came to this verdict. */
  record(exercise: string, verdict: Outcome): void {
    const test = { title: 'answers', verdict, ms: 1, conversation: [], stdout: '', stderr: '' }
    recordVerdict(this.root, { version: 1, exercise, verdict, seed: 1, ms: 1, tests: [test] })
  }

  remove(): void {
    console.log = this.#log
    rmSync(this.root, { recursive: true, force: true })
  }
}
