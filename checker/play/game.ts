import { existsSync } from 'node:fs'
import { join } from 'node:path'
import readline from 'node:readline'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import open from 'open'
import type { Exercise } from '../course/course.ts'
import { FileWatcher } from '../files/file-watcher.ts'
import { COMPILE_OPTIONS } from '../judge/prepares/compile.ts'
import { LearnersProgram, type Setup, type Watcher } from './learner.ts'
import { exitWords, readyWords } from './words.ts'

const OK = 0
const INTERRUPTED = 130
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** Switches to the terminal's alternate screen without a cursor, and back. */
const ENTER = '\x1b[?1049h\x1b[?25l'
const LEAVE = '\x1b[?25h\x1b[?1049l'

/** What a game is given: the learner's server, and the terminal. */
interface GameStage {
  host: string
  port: number
  others: number
  show(rows: string[]): void
  size(): { columns: number; rows: number }
  open(url: string): void
  leave(): void
}

/**
 * A client that takes the whole terminal, for a protocol that cannot be typed: `.hidden/play.ts`
 * exports the class as `Game`.
 */
interface Game {
  key(name: string): void
  notice(text: string): void
  close(): void
}

type GameClass = new (stage: GameStage) => Game

/** The exercise's own game, compiled into `folder`; undefined if it is played by typing. */
export async function loadGame(exercise: Exercise, folder: string): Promise<GameClass | undefined> {
  const source = join(exercise.folder, '.hidden', 'play.ts')
  if (!existsSync(source)) return undefined
  await build({ ...COMPILE_OPTIONS, entryPoints: [source], outdir: folder })
  const { Game } = (await import(pathToFileURL(join(folder, 'play.mjs')).href)) as { Game: GameClass }
  return Game
}

/**
 * Plays until the player quits, and returns the exit code. The learner's server is restarted
 * whenever its file is saved.
 */
export async function playGame(Game: GameClass, setup: Setup): Promise<number> {
  const { stdin, stdout } = process
  let leave: (code: number) => void = () => {}
  let fail: (error: unknown) => void = () => {}
  const left = new Promise<number>((resolve, reject) => {
    leave = resolve
    fail = reject
  })
  const onSignal = () => leave(INTERRUPTED)
  for (const signal of SIGNALS) process.on(signal, onSignal)
  const game = new Game({
    ...setup.address,
    others: setup.others ?? 0,
    show: toScreen(),
    size: () => ({ columns: stdout.columns, rows: stdout.rows }),
    open: (url) =>
      setup.browser !== false && void open(url).catch(() => game.notice(`Open ${url} in a browser.`)),
    leave: () => leave(OK),
  })
  const learner = setup.others
    ? undefined
    : new LearnersProgram(
        setup,
        watcherOf(game, setup, (error) => fail(error)),
      )
  const saves = learner && setup.file && new FileWatcher(setup.file.path, () => void learner.restart())
  const onKey = (_: string | undefined, key: readline.Key) => {
    if (key.ctrl && key.name === 'c') leave(INTERRUPTED)
    else if (!key.ctrl && key.name) game.key(key.name)
  }
  const onEnd = () => leave(INTERRUPTED)
  readline.emitKeypressEvents(stdin)
  stdin.setRawMode(true)
  stdin.resume()
  stdin.on('keypress', onKey)
  stdin.on('end', onEnd)
  stdout.write(ENTER)
  try {
    void learner?.restart()
    return await left
  } finally {
    stdin.off('keypress', onKey)
    stdin.off('end', onEnd)
    game.close()
    stdout.write(LEAVE)
    stdin.setRawMode(false)
    stdin.pause()
    saves?.close()
    await learner?.stop()
    for (const signal of SIGNALS) process.off(signal, onSignal)
  }
}

/** Writes the rows that have changed. */
function toScreen(): (rows: string[]) => void {
  const { stdout } = process
  let shown: string[] = []
  stdout.on('resize', () => {
    shown = []
  })
  return (rows) => {
    const changed = rows.flatMap((row, i) => (row === shown[i] ? [] : [`\x1b[${i + 1};1H${row}\x1b[K`]))
    if (shown.length !== rows.length) changed.push(`\x1b[${rows.length + 1};1H\x1b[J`)
    shown = rows
    if (changed.length > 0) stdout.write(changed.join(''))
  }
}

/** Tells the game what happens to the learner's program, for its status line. */
function watcherOf(game: Game, { address, shown, file }: Setup, fault: (error: unknown) => void): Watcher {
  const again = file ? ` It restarts when you save ${shown}.` : ''
  return {
    printed: (_, lines) =>
      game.notice(
        lines
          .at(-1)
          ?.replace(/[^\x20-\x7e]/g, '?')
          .slice(0, 60) ?? '',
      ),
    ready: (readiness) =>
      game.notice(readiness.state === 'ready' ? '' : (readyWords(readiness, address) ?? '')),
    gone: () => {},
    exited: (exit) => game.notice(`Your server ${exitWords(exit)}.${again}`),
    broken: (error) => game.notice(`It does not compile: ${error.message}.${again}`),
    fault,
  }
}
