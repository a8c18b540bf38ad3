import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Exercise } from '../course/course.ts'

const LESSON_PORT = 4000

/**
 * The command to try from another terminal: the first in the lesson's "Try it by hand", with this
 * port.
 */
export function commandToTry(exercise: Exercise, host: string, port: number): string {
  const path = join(exercise.folder, 'README.md')
  const lesson = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const section = lesson.split(/^## /m).find((each) => each.startsWith('Try it by hand')) ?? ''
  const code = [...section.matchAll(/`([^`\n]+)`|^\$ (.+)$/gm)].map(([, span, line]) => span ?? line ?? '')
  const found = code.find((each) => each.includes(`${LESSON_PORT}`)) ?? `nc ${host} ${LESSON_PORT}`
  return found.replaceAll(`${LESSON_PORT}`, `${port}`)
}
