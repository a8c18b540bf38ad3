import { createInterface } from 'node:readline'
import type { Exercise } from '../../course/course.ts'
import { openParts, type SubmissionPart } from './parts.ts'
import { readExercises } from './read-exercises.ts'

// A separate process, in a sandbox if there is one: reads archives, and answers each line with one.
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(line))}\n`)
}

async function answer(line: string): Promise<object> {
  const { parts, exercises, course } = JSON.parse(line) as {
    parts: SubmissionPart[]
    exercises: Exercise[]
    course: Exercise[]
  }
  try {
    const source = await openParts(parts)
    try {
      return await readExercises(source, exercises, course)
    } finally {
      await source.close()
    }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : `${error}` }
  }
}
