import { join } from 'node:path'
import type { Exercise } from '../course/course.ts'
import { solutionText } from '../course/solution.ts'
import { isUntouched } from '../course/stub.ts'
import { shownPath } from '../course/submission.ts'
import { UsageError } from '../errors/usage.ts'
import { FileWatcher } from '../files/file-watcher.ts'
import { JudgeSlot } from '../judge/asks/judge-slot.ts'
import { toTarget } from '../judge/asks/target.ts'
import type { Job } from '../judge/job.ts'
import { typeErrorsOf } from '../judge/prepares/typecheck.ts'
import type { TestResult } from '../judge/verdict.ts'
import { show, writeWire } from '../pages/last-check.ts'
import { listText } from '../progress/course-list.ts'
import { FINISH, nextExercise, passedText } from '../progress/next.ts'
import { nextHint } from '../progress/next-hint.ts'
import { readProgress, recordVerdict } from '../progress/progress.ts'
import { resetExercise } from '../progress/reset.ts'
import { BY_KEY, byCommand, type Ways } from '../progress/ways.ts'
import { diffText } from '../report/diff.ts'
import { editorsHere, namedEditor, openInEditor, openToRead } from '../terminal/editor.ts'
import { handOver } from '../terminal/hand-over.ts'
import { StatusLine } from '../terminal/status-line.ts'
import { type View, viewOf, wrap } from '../terminal/view.ts'
import { keyHelp } from './keys.ts'
import { ModuleWatchers } from './module-watchers.ts'
import { renderLines, renderScreen, type Scene } from './screen.ts'
import { begin, type Effect, type Panel, type Session, step, type WatchEvent } from './session.ts'
import { Terminal } from './terminal.ts'

export interface WatchOptions {
  plain?: boolean
}

const OK = 0
const USAGE = 2
const INTERRUPTED = 130
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * A watch from start to end: receives saves, keys and verdicts, lets `step` decide what they mean,
 * and carries that out.
 */
export class Watch {
  readonly #root: string
  readonly #options: WatchOptions
  readonly #judge: JudgeSlot
  /** Aborts when the watch ends, and stops everything that runs beside it. */
  readonly #over = new AbortController()
  #exercise: Exercise
  #session: Session
  /** The check whose results are shown. */
  #checking: Job | undefined
  #watcher: FileWatcher | undefined
  #modules: ModuleWatchers | undefined
  #terminal: Terminal | undefined
  /** Shows which test is running. */
  #status: StatusLine | undefined
  /** The environment, with the editor that was chosen if none is configured. */
  readonly #env = { ...process.env }
  #leave: (code: number) => void = () => {}
  #fail: (error: unknown) => void = () => {}

  constructor(root: string, exercise: Exercise, options: WatchOptions) {
    this.#root = root
    this.#exercise = exercise
    this.#options = options
    this.#judge = new JudgeSlot(root, { warm: true })
    this.#session = begin(exercise.name, false)
  }

  /** Watches until `q` or a signal, cleans up, and returns the exit code. */
  async run(): Promise<number> {
    const left = new Promise<number>((resolve, reject) => {
      this.#leave = resolve
      this.#fail = reject
    })
    for (const signal of SIGNALS) process.on(signal, this.#onSignal)
    process.stdout.on('resize', this.#onResize)
    try {
      if (this.#isInteractive()) this.#terminal = new Terminal((key) => this.#handle({ kind: 'key', key }))
      await this.#moveTo(this.#exercise)
      if (!isUntouched(this.#exercise)) this.#handle({ kind: 'saved', untouched: false })
      return await left
    } finally {
      this.#over.abort()
      this.#status?.clear()
      this.#terminal?.pause()
      process.stdout.off('resize', this.#onResize)
      this.#watcher?.close()
      this.#modules?.close()
      await this.#judge.close()
      for (const signal of SIGNALS) process.off(signal, this.#onSignal)
    }
  }

  #isInteractive(): boolean {
    const terminal = process.stdin.isTTY && process.stdout.isTTY && process.env.TERM !== 'dumb'
    return terminal && !this.#options.plain
  }

  #handle(event: WatchEvent): void {
    if (this.#over.signal.aborted) return
    try {
      const { session, effect } = step(this.#session, event)
      this.#session = session
      this.#show(event)
      if (effect) void this.#perform(effect)
    } catch (error) {
      this.#fail(error)
    }
  }

  #show(event: WatchEvent): void {
    if (!this.#terminal) {
      const lines = renderLines(this.#session, event, this.#scene(), this.#view())
      if (lines) console.log(lines)
    } else if (this.#session.busy !== 'away' && !this.#session.held) {
      this.#terminal.draw(renderScreen(this.#session, this.#scene(), this.#view()))
    }
  }

  async #perform(effect: Effect): Promise<void> {
    try {
      await this.#effects[effect]()
    } catch (error) {
      if (!(error instanceof UsageError)) return this.#fail(error)
      const panel = { text: error.message }
      this.#handle(this.#session.busy ? { kind: 'back', panel } : { kind: 'panel', panel })
    }
  }

  readonly #effects: Record<Effect, () => void | Promise<void>> = {
    check: async () => {
      // A check under way is of code that has changed since.
      this.#judge.abandon()
      const { exercise, job } = toTarget(this.#root, this.#exercise)
      this.#checking = job
      const isOld = () => this.#checking !== job || this.#over.signal.aborted
      this.#status?.clear()
      const status = this.#terminal && new StatusLine(this.#view())
      this.#status = status
      const onTest = (result: TestResult) => {
        if (isOld()) return
        status?.clear()
        this.#handle({ kind: 'test', exercise: exercise.name, result })
      }
      const onTurn = (title: string) => {
        if (!isOld()) status?.begin(title)
      }
      const verdict = await this.#judge.judge(job, onTest, onTurn)
      if (isOld()) return
      status?.clear()
      recordVerdict(this.#root, verdict)
      this.#handle({ kind: 'verdict', verdict })
    },
    types: async () => {
      const of = this.#session.verdict
      const path = this.#path()
      const types = await typeErrorsOf(this.#root, this.#exercise.name, path, this.#over.signal)
      if (of) this.#handle({ kind: 'types', of, types })
    },
    move: async () => {
      const next = nextExercise(this.#root, this.#exercise)
      if (next) await this.#moveTo(next)
      else this.#open({ text: wrap(`You have passed every exercise. ${FINISH}`, this.#view().width) })
    },
    reset: () => {
      const text = resetExercise(this.#root, this.#exercise)
      this.#handle({ ...this.#moved(this.#exercise), panel: { text } })
    },
    editor: async () => {
      if (this.#session.editor !== undefined) this.#env.VISUAL = this.#session.editor
      const editors = namedEditor(this.#env) ? [] : editorsHere()
      if (editors.length > 0) this.#handle({ kind: 'choose', editors })
      else await this.#handOver(() => openInEditor(this.#path(), this.#env))
    },
    lesson: () => this.#handOver(() => openToRead(join(this.#exercise.folder, 'README.md'), this.#env)),
    // If play cannot begin, its reason has to be read.
    play: () => this.#handOver(async () => (await this.#command('play')) === USAGE),
    syscalls: () =>
      this.#handOver(async () => {
        await this.#command('syscalls')
        return true
      }),
    wire: async () => {
      const path = writeWire(this.#root, this.#exercise)
      this.#open({ text: shownPath(this.#root, path) })
      await show(path)
    },
    hint: () => this.#open({ text: nextHint(this.#root, this.#exercise, this.#ways()) }),
    list: () =>
      this.#open({ text: listText(this.#root, this.#view(), { current: this.#exercise.name }), alone: true }),
    solution: () => this.#open({ text: solutionText(this.#root, this.#exercise), alone: true }),
    diff: () => {
      const text = diffText(this.#root, this.#exercise, this.#view(), process.stdout.columns)
      this.#open({ text, alone: true })
    },
    help: () => this.#open({ text: keyHelp(this.#view().width), alone: true }),
    quit: () => this.#leave(OK),
    interrupt: () => this.#leave(INTERRUPTED),
    suspend: async () => {
      this.#status?.clear()
      await this.#terminal?.suspend()
      this.#handle({ kind: 'resumed' })
    },
  }

  /**
   * Gives the terminal away until `use` is done. `use` returns true if it leaves something to be
   * read.
   */
  async #handOver(use: () => Promise<unknown>): Promise<void> {
    this.#terminal?.pause()
    let held = false
    try {
      held = (await use()) === true
    } finally {
      this.#terminal?.resume()
    }
    if (held) console.log('\nAny key goes back.')
    this.#handle({ kind: 'back', held })
  }

  /** Runs another of our commands on this exercise, and returns its exit code. */
  #command(name: string): Promise<number | undefined> {
    this.#terminal?.clear()
    return handOver(process.execPath, [process.argv[1] ?? '', name, this.#exercise.number])
  }

  #ways(): Ways {
    return this.#terminal ? BY_KEY : byCommand(this.#exercise.number)
  }

  #open(panel: Panel): void {
    this.#handle({ kind: 'panel', panel })
  }

  async #moveTo(exercise: Exercise): Promise<void> {
    this.#watcher?.close()
    this.#modules?.close()
    this.#exercise = exercise
    const saved = () => this.#handle({ kind: 'saved', untouched: isUntouched(exercise) })
    const modules = new ModuleWatchers(this.#path(), saved)
    this.#modules = modules
    this.#watcher = new FileWatcher(
      this.#path(),
      () => {
        modules.refresh()
        saved()
      },
      () =>
        this.#open({
          text: `${shownPath(this.#root, this.#path())} is gone: ${this.#ways().reset} puts the stub back.`,
        }),
    )
    this.#handle(this.#moved(exercise))
  }

  #moved({ name }: Exercise): WatchEvent & { kind: 'moved' } {
    return { kind: 'moved', exercise: name, passed: readProgress(this.#root, name).passedAt !== undefined }
  }

  #path(): string {
    return join(this.#exercise.folder, this.#exercise.file)
  }

  #scene(): Scene {
    const path = this.#path()
    return {
      root: this.#root,
      exercise: this.#exercise,
      about: {
        subject: this.#exercise.subject,
        file: { path, shown: shownPath(this.#root, path) },
        keys: this.#terminal !== undefined,
      },
      next: nextExercise(this.#root, this.#exercise),
      passed: passedText(this.#root),
    }
  }

  #view(): View {
    return viewOf(process.stdout, process.env, this.#options.plain)
  }

  readonly #onResize = () => this.#handle({ kind: 'resized' })

  readonly #onSignal = (signal: NodeJS.Signals) => {
    // Ctrl-C in an editor, or in any other program that has the terminal, is meant for that
    // program.
    if (signal === 'SIGINT' && this.#session.busy === 'away') return
    this.#leave(INTERRUPTED)
  }
}
