import { harmless } from './bytes.ts'
import type { Exit } from './exit.ts'
import type { Program } from './program.ts'

/** "exited with code 1", "was killed by SIGSEGV". */
export function exitText({ code, signal, error }: Exit): string {
  if (error) return `could not be started: ${error}`
  return signal ? `was killed by ${signal}` : `exited with code ${code}`
}

/** How much is shown of a program's last words. */
const MAX_LETTERS = 200

/** "its process exited with code 1: Error: …": how a program ended, and what it said last. */
export function deathText(program: Program): string {
  const lines = program
    .printed('stderr')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('Node.js v') && !line.startsWith('at '))
  const last = lines.find((line) => /^\w*(Error|Exception)\b.*:/.test(line)) ?? lines.at(-1)
  const exit = program.exit ? exitText(program.exit) : 'is gone'
  if (last === undefined) return `its process ${exit}`
  // The sentence that this becomes part of brings its own full stop.
  const words = harmless(last).replace(/\.$/, '')
  return `its process ${exit}: ${words.length > MAX_LETTERS ? `${words.slice(0, MAX_LETTERS)}…` : words}`
}
