import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import type { Exercise } from '../../course/course.ts'
import { CHECKOUT } from '../checkout.ts'
import { confined } from './confined.ts'
import type { SubmissionPart } from './parts.ts'
import type { ReadExercises } from './read-exercises.ts'
import type { Handed, HandedFile } from './source.ts'

const MIB = 1024 * 1024
const MAX_MS = 30_000
const MEMORY = 768 * MIB
const HEAP_MIB = 256

/**
 * Reads archives in a process with limits, in a sandbox if there is one. One at a time; an archive
 * that takes too much gets this process killed, and the next archive gets a new one.
 */
export class ArchiveReader {
  readonly #folder: string
  #child: ChildProcess | undefined
  #lines: Interface | undefined
  #turn: Promise<unknown> = Promise.resolve()

  /** Sees this folder and everything in it. */
  constructor(folder: string) {
    this.#folder = folder
  }

  /** The contents of these parts of a submission; throws with a sentence if they cannot be read. */
  read(
    parts: readonly SubmissionPart[],
    exercises: readonly Exercise[],
    course: readonly Exercise[],
  ): Promise<ReadExercises> {
    const read = this.#turn.then(() => this.#ask(JSON.stringify({ parts, exercises, course })))
    this.#turn = read.catch(() => {})
    return read
  }

  close(): void {
    this.#child?.kill('SIGKILL')
    this.#child = undefined
  }

  async #ask(question: string): Promise<ReadExercises> {
    if (!this.#child) this.#start()
    const child = this.#child
    const lines = this.#lines
    const answer = await new Promise<string | undefined>((resolve) => {
      const late = setTimeout(() => resolve(undefined), MAX_MS)
      const end = (line?: string) => {
        clearTimeout(late)
        child?.off('close', onClose)
        resolve(line)
      }
      const onClose = () => end()
      lines?.once('line', end)
      child?.once('close', onClose)
      child?.stdin?.write(`${question}\n`)
    })
    if (answer === undefined) {
      this.close()
      throw new Error('it takes more time or memory than a submission should')
    }
    return toRead(JSON.parse(answer))
  }

  #start(): void {
    const dist = join(CHECKOUT, 'checker', 'dist')
    const [command, ...args] = confined(
      [process.execPath, `--max-old-space-size=${HEAP_MIB}`, join(dist, 'reader-main.js')],
      { sees: [dist, this.#folder], memory: MEMORY, fileSize: 0 },
    )
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'], env: { PATH: process.env.PATH } })
    child.on('error', () => {})
    // It may exit before it has read its question.
    child.stdin.on('error', () => {})
    child.unref()
    this.#child = child
    this.#lines = createInterface({ input: child.stdout })
  }
}

/** Restores Buffers from their form in JSON. */
function toHandedFile({ bytes, beside, ...rest }: HandedFile): HandedFile {
  const modules = Object.entries(beside ?? {}).map(([path, each]) => [path, Buffer.from(each)])
  return { ...rest, bytes: Buffer.from(bytes), ...(beside && { beside: Object.fromEntries(modules) }) }
}

function toRead(answer: { problem: string } | ReadExercises): ReadExercises {
  if ('problem' in answer) throw new Error(answer.problem)
  const handed = Object.entries(answer.handed).map(([name, each]): [string, Handed] => [
    name,
    'bytes' in each ? toHandedFile(each) : each,
  ])
  return { ...answer, handed: Object.fromEntries(handed) }
}
