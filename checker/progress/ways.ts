import type { Exercise } from '../course/course.ts'

/** How to ask for help beyond the verdict: by a command, or by a key of the watch. */
export interface Ways {
  hint: string
  check: string
  play: string
  wire: string
  syscalls: string
  solution: string
  reset: string
}

export const BY_KEY: Ways = {
  hint: 'h',
  check: 'r',
  play: 'p',
  wire: 'w',
  syscalls: 'y',
  solution: 's',
  reset: 'x',
}

/** The commands of an exercise, by its number. */
export function byCommand(number: Exercise['number']): Ways {
  return {
    hint: `npm run hint ${number}`,
    check: `npm run check ${number}`,
    play: `npm run play ${number}`,
    wire: `npm run wire ${number}`,
    syscalls: `npm run syscalls ${number}`,
    solution: `npm run solution ${number} -- --anyway`,
    reset: `npm run reset ${number}`,
  }
}
