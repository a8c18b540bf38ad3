import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import type { Exercise } from '../course/course.ts'

/**
 * The pause between a verdict and the next save: meanwhile types are checked, and a learner would
 * read.
 */
const PAUSE_MS = 1500

/**
 * Times from a save of a right server to its verdict, in ms, under `npm start` in a copy of the
 * course. The first save warms up.
 */
export async function timeSaves(
  root: string,
  exercise: Exercise,
  folder: string,
  saves: number,
): Promise<number[]> {
  const course = copyCourse(root, exercise, folder)
  const file = join(course, 'exercises', exercise.name, exercise.file)
  const right = join(root, 'solutions', exercise.name, exercise.file)
  const args = [join(course, 'checker/dist/main.js'), 'start', exercise.number, '--plain']
  const watch = execa(process.execPath, args, { cwd: course, reject: false, all: true, stdin: 'ignore' })
  try {
    const heard = new Heard(watch.all)
    await heard.next(/checked whenever you save it/)
    const times: number[] = []
    for (let i = 0; i <= saves; i += 1) {
      const start = performance.now()
      cpSync(right, file)
      writeFileSync(file, `// Save ${i}\n`, { flag: 'a' })
      await heard.next(/: pass, \d+ of \d+ tests/)
      if (i > 0) times.push(performance.now() - start)
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
    return times
  } finally {
    watch.kill('SIGINT')
    await watch
  }
}

function copyCourse(root: string, exercise: Exercise, folder: string): string {
  const course = join(folder, 'course')
  for (const path of ['checker/dist', `exercises/${exercise.name}`, 'package.json', 'tsconfig.json'])
    cpSync(join(root, path), join(course, path), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(course, 'node_modules'))
  mkdirSync(join(course, 'solutions'))
  return course
}

/** The output of a command, read piece by piece. */
class Heard {
  #fresh = ''
  #stir: () => void = () => {}
  #over = false

  constructor(stream: NodeJS.ReadableStream) {
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => {
      this.#fresh += text
      this.#stir()
    })
    stream.on('end', () => {
      this.#over = true
      this.#stir()
    })
  }

  /** Resolves when these words have been printed, after the previous ones. */
  async next(words: RegExp): Promise<void> {
    for (let match = words.exec(this.#fresh); ; match = words.exec(this.#fresh)) {
      if (match) {
        this.#fresh = this.#fresh.slice(match.index + match[0].length)
        return
      }
      if (this.#over) throw new Error(`the watch ended without ${words}:\n${this.#fresh}`)
      await new Promise<void>((resolve) => {
        this.#stir = resolve
      })
    }
  }
}
