import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Exercise } from '../course/course.ts'
import { ownPath, type Runnable, shownPath } from '../course/submission.ts'
import { UsageError } from '../errors/usage.ts'
import { typedPath } from '../files/typed-path.ts'
import { loadGame, playGame } from '../play/game.ts'
import { playAlone } from '../play/plain.ts'
import { Play } from '../play/play.ts'
import { countPlaying, notePlaying } from '../play/playing.ts'
import { busyPort } from '../play/port.ts'
import { loadProtocol } from '../play/protocol.ts'
import { chooseExercise } from '../progress/current.ts'
import { shellWord } from '../terminal/shell-word.ts'
import { viewOf } from '../terminal/view.ts'

const PORT = 4000
const LAST_PORT = 65_535
const HOST = '127.0.0.1'

export interface PlayOptions {
  port?: number
  /** False: runs the learner's program alone. */
  client?: boolean
  /** False: opens no browser, even if the exercise has a page for one. */
  browser?: boolean
  plain?: boolean
  /** A command instead of the learner's file. */
  run?: string
}

/**
 * `npm run play 03`: runs the learner's server, or the command of `--run`, on a fixed port, with a
 * client to talk to it, until Ctrl-C. If another terminal already plays the same on that port, this
 * one joins it as another client. An exercise may have its own client that takes the whole
 * terminal; with `plain`, you type instead.
 */
export async function play(root: string, word: string | undefined, options: PlayOptions): Promise<number> {
  const exercise = chooseExercise(root, word)
  const port = options.port ?? PORT
  if (port < 1 || port > LAST_PORT)
    throw new UsageError(`There is no port ${port}: take one from 1 to ${LAST_PORT}.`)
  const setup = {
    root,
    exercise,
    ...subjectOf(root, exercise, options.run),
    address: { host: HOST, port },
    plain: options.plain ?? false,
    browser: options.browser ?? true,
  }
  const isInteractive = process.stdin.isTTY && process.stdout.isTTY && process.env.TERM !== 'dumb'
  if (!isInteractive || options.client === false) return playAlone(setup)
  const flags = options.run === undefined ? '' : `--run ${shellWord(options.run)} `
  const busy = await busyPort(HOST, port, `npm run play ${exercise.number}`, flags)
  const others = exercise.subject === 'server' ? countPlaying(root, exercise.name, port) : 0
  if (busy !== undefined && others === 0) throw new UsageError(busy)
  notePlaying(root, exercise.name, port)
  const folder = mkdtempSync(join(tmpdir(), 'accept-loop-play-'))
  try {
    const joining = { ...setup, others: busy === undefined ? 0 : others }
    const { color } = viewOf(process.stdout, process.env, setup.plain)
    // A game needs colours.
    const game = color ? await loadGame(exercise, folder) : undefined
    if (game) return await playGame(game, joining)
    const protocol = await loadProtocol(exercise, folder)
    return await new Play({ ...joining, protocol }).run()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * What is played: the learner's file, or a command that runs in the folder in which it was typed.
 */
function subjectOf(root: string, exercise: Exercise, run: string | undefined) {
  if (run?.trim() === '')
    throw new UsageError('--run has no command: give it one, such as -- --run "python3 echo.py"')
  if (run !== undefined) {
    const program: Runnable = { kind: 'command', command: run }
    return { program, cwd: typedPath('.'), shown: run }
  }
  const path = ownPath(exercise)
  const program: Runnable = { kind: 'file', file: path, shipped: exercise.shipped }
  const shown = shownPath(root, path)
  return { program, cwd: root, file: { path, shown }, shown }
}
