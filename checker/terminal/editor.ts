import { spawn } from 'node:child_process'
import { basename } from 'node:path'
import { UsageError } from '../errors/usage.ts'

/** An editor as the environment names it: `code --wait` is a program with an argument. */
export interface Editor {
  command: string
  args: string[]
  /** It draws in this terminal, which is its own until it ends. */
  inTerminal: boolean
}

const IN_TERMINAL = /^(vi|vim|nvim|view|nano|pico|micro|hx|helix|kak|joe|ne|ed|mg|mcedit|emacs)$/

/** Arguments that make an editor show two files beside each other. */
const DIFF_ARGS: [RegExp, (mine: string, theirs: string) => string[]][] = [
  [/^(vi|vim|gvim|nvim|view)$/, (mine, theirs) => ['-d', mine, theirs]],
  [/^(code|code-insiders|codium|cursor|windsurf)$/, (mine, theirs) => ['--diff', mine, theirs]],
  [/^(zed|zeditor)$/, (mine, theirs) => ['--diff', mine, theirs]],
  [/^(idea|webstorm|phpstorm|pycharm)$/, (mine, theirs) => ['diff', mine, theirs]],
  [
    /^emacs$/,
    (mine, theirs) => ['--eval', `(ediff-files ${JSON.stringify(mine)} ${JSON.stringify(theirs)})`],
  ],
]

/** $VISUAL, else $EDITOR. A usage error says what to set. */
export function editorOf(env: NodeJS.ProcessEnv): Editor {
  const words = (env.VISUAL || env.EDITOR || '').trim().split(/\s+/)
  const [command = '', ...args] = words
  if (command === '') {
    throw new UsageError('No editor is named: set VISUAL or EDITOR, such as EDITOR=vim or VISUAL=code.')
  }
  return { command, args, inTerminal: IN_TERMINAL.test(basename(command)) }
}

/** What the editor is called with to show the difference of two files. */
export function diffArgs({ command }: Editor, mine: string, theirs: string): string[] {
  const known = DIFF_ARGS.find(([name]) => name.test(basename(command)))
  if (known) return known[1](mine, theirs)
  throw new UsageError(
    `How ${command} shows a difference is not known here. Leave out --editor, or set VISUAL to vim, nvim, emacs or code.`,
  )
}

/** Opens a file. Resolves when an editor of the terminal has ended, at once for one with a window of its own. */
export async function openInEditor(file: string, env = process.env): Promise<void> {
  const editor = editorOf(env)
  await run(editor, [file])
}

/** Opens two files as a difference. */
export async function diffInEditor(mine: string, theirs: string, env = process.env): Promise<void> {
  const editor = editorOf(env)
  await run(editor, diffArgs(editor, mine, theirs))
}

function run({ command, args, inTerminal }: Editor, more: readonly string[]): Promise<void> {
  const child = spawn(command, [...args, ...more], {
    stdio: inTerminal ? 'inherit' : 'ignore',
    detached: !inTerminal,
  })
  return new Promise((resolve, reject) => {
    child.on('error', (error) =>
      reject(new UsageError(`${command} could not be started: ${error.message}. Set VISUAL or EDITOR.`)),
    )
    if (inTerminal) child.on('exit', () => resolve())
    else {
      child.on('spawn', () => resolve())
      child.unref()
    }
  })
}
