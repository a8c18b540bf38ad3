import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { usage } from '../errors/usage.ts'
import { shellWord } from '../terminal/shell-word.ts'
import { viewOf, wrap } from '../terminal/view.ts'

/** The file that each shell reads when it starts. */
const STARTUP_FILES = { bash: '~/.bashrc', zsh: '~/.zshrc', fish: '~/.config/fish/config.fish' } as const

type Shell = keyof typeof STARTUP_FILES

const SHELLS = Object.keys(STARTUP_FILES) as Shell[]

/**
 * `npm run completion`: how to turn on completion of commands, exercises and flags; with a shell's
 * name, the script itself.
 */
export function completion(root: string, word: string | undefined, env = process.env): number {
  if (word === undefined) {
    console.log(explanation(root, env))
    return 0
  }
  const shell = SHELLS.find((each) => each === word.toLowerCase())
  if (!shell) throw usage(`There is no completion for "${word}".`, [...SHELLS])
  process.stdout.write(readFileSync(scriptOf(root, shell), 'utf8'))
  return 0
}

function explanation(root: string, env: NodeJS.ProcessEnv): string {
  const { width } = viewOf(process.stdout, env)
  const own = basename(env.SHELL ?? '')
  const shells = SHELLS.toSorted((a, b) => Number(b === own) - Number(a === own))
  const ways = shells.map((shell) => {
    const yours = shell === own ? ', your shell' : ''
    const where = wrap(`${shell}${yours}: add to the end of ${STARTUP_FILES[shell]}`, width)
    return `${where}\n  source ${shellWord(scriptOf(root, shell))}`
  })
  const intro =
    'In the folder of the course, Tab then completes commands, exercises and, after --, flags, as in npm run check 0. Elsewhere npm is completed as before.'
  const outro = 'Then open a new terminal. npm run -s completion bash prints the script itself.'
  return [wrap(intro, width), ...ways, wrap(outro, width)].join('\n\n')
}

function scriptOf(root: string, shell: Shell): string {
  return join(root, 'checker', 'completion', `completion.${shell}`)
}
