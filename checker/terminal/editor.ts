import { spawn } from 'node:child_process'
import { basename } from 'node:path'
import { UsageError } from '../errors/usage.ts'
import { isInstalled } from '../files/installed.ts'
import { handOver } from './hand-over.ts'

/** An editor as the environment names it: `code --wait` is a program with an argument. */
export interface Editor {
  command: string
  args: string[]
  /** It runs in this terminal, and has it to itself until it ends. */
  inTerminal: boolean
}

const IN_TERMINAL = /^(vi|vim|nvim|view|nano|pico|micro|hx|helix|kak|joe|ne|ed|mg|mcedit|emacs)$/

/** Arguments that make an editor show two files side by side. */
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

/** Editors to look for if none is named, those with their own window first. */
const KNOWN = ['code', 'codium', 'cursor', 'zed', 'nvim', 'vim', 'nano', 'micro', 'hx', 'emacs', 'vi']

/** The editors that this machine has. */
export function editorsHere(): string[] {
  const here = KNOWN.filter(isInstalled)
  // On machines with another vi, vi is mostly that one.
  return here.filter((name) => name !== 'vi' || !(here.includes('vim') || here.includes('nvim')))
}

/** $VISUAL, otherwise $EDITOR; undefined if neither names one. */
export function namedEditor(env: NodeJS.ProcessEnv): Editor | undefined {
  const [command = '', ...args] = (env.VISUAL || env.EDITOR || '').trim().split(/\s+/)
  return command === '' ? undefined : { command, args, inTerminal: IN_TERMINAL.test(basename(command)) }
}

/** The same; if none is named, a usage error says what to set. */
export function editorOf(env: NodeJS.ProcessEnv): Editor {
  const editor = namedEditor(env)
  if (editor) return editor
  const [first, ...more] = editorsHere()
  const here = first === undefined ? '' : ` This machine has ${[first, ...more].join(', ')}.`
  throw new UsageError(`No editor is named: set VISUAL or EDITOR, such as EDITOR=${first ?? 'vim'}.${here}`)
}

/** The arguments with which the editor shows the difference of two files. */
export function diffArgs({ command }: Editor, mine: string, theirs: string): string[] {
  const known = DIFF_ARGS.find(([name]) => name.test(basename(command)))
  if (known) return known[1](mine, theirs)
  throw new UsageError(
    `How ${command} shows a difference is not known here. Leave out --editor, or set VISUAL to vim, nvim, emacs or code.`,
  )
}

/**
 * Opens a file. Resolves when an editor in the terminal has ended; at once for one with its own
 * window.
 */
export async function openInEditor(file: string, env = process.env): Promise<void> {
  const editor = editorOf(env)
  await run(editor, [file])
}

/** What shows a text in a terminal, if PAGER names nothing. */
const PAGERS = ['less', 'more']

/**
 * Opens a text for reading: in an editor with its own window, otherwise in a pager in this
 * terminal, until that ends.
 */
export async function openToRead(file: string, env = process.env): Promise<void> {
  const editor = namedEditor(env)
  if (editor && !editor.inTerminal) return run(editor, [file])
  const [command, ...args] = env.PAGER?.trim() ? env.PAGER.trim().split(/\s+/) : PAGERS.filter(isInstalled)
  if (command === undefined) throw new UsageError('No pager is installed here: set PAGER, or VISUAL.')
  await handOver(command, [...(env.PAGER?.trim() ? args : []), file])
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
