import { UsageError } from '../errors/usage.ts'
import { FileWatcher } from '../files/file-watcher.ts'
import { show } from '../pages/last-check.ts'
import { renderCompileError, renderCrash } from '../report/source.ts'
import { type View, viewOf, wrap } from '../terminal/view.ts'
import { Clients, type Wire } from './clients.ts'
import { type CommandName, complete, helpText, parseLine } from './commands.ts'
import type { Hears } from './connection.ts'
import { LearnersProgram, type Setup, type Watcher } from './learner.ts'
import { PlayServer } from './listener.ts'
import { type ServedPage, servePage } from './page.ts'
import { Prompt } from './prompt.ts'
import { renderBytes, renderEvent, renderMessages, renderPrinted } from './row.ts'
import { fromHex, unspell } from './spelling.ts'
import { exitWords, intro, readyWords } from './words.ts'

const OK = 0
const INTERRUPTED = 130
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The learner's program and the other ends of its connections, in one terminal. */
export class Play {
  readonly #setup: Setup
  readonly #learner: LearnersProgram | undefined
  readonly #clients: Clients | undefined
  readonly #listener: PlayServer | undefined
  #prompt: Prompt | undefined
  #asHex = false
  #ending = '\n'
  #page: ServedPage | undefined
  #browses = false
  #leave: (code: number) => void = () => {}
  #fail: (error: unknown) => void = () => {}

  constructor(setup: Setup) {
    this.#setup = setup
    if (!setup.others) this.#learner = new LearnersProgram(setup, this.#watcher)
    if (setup.exercise.subject === 'client') this.#listener = new PlayServer(this.#hears)
    else this.#clients = new Clients(setup.address, this.#hears, setup.others)
  }

  /** Plays until `quit` or a signal, cleans up, and returns the exit code. */
  async run(): Promise<number> {
    const left = new Promise<number>((resolve, reject) => {
      this.#leave = resolve
      this.#fail = reject
    })
    for (const signal of SIGNALS) process.on(signal, this.#onSignal)
    const { file } = this.#setup
    const watcher =
      this.#learner && file && new FileWatcher(file.path, () => this.#restart('saved, restarted'))
    try {
      await this.#listener?.listen(this.#setup.address)
      if (this.#learner) this.#page = await servePage(this.#setup.exercise, this.#setup.address)
      console.log(`${intro(this.#setup, this.#view())}\n`)
      this.#prompt = new Prompt({
        line: (text) => this.#attempt(() => this.#onLine(text)),
        key: (name) => this.#attempt(() => this.#commands[name]('')),
        leave: () => this.#end(INTERRUPTED),
        complete: (line) => complete(line, this.#setup.exercise.subject),
      })
      this.#turned()
      void this.#learner?.restart()
      return await left
    } finally {
      this.#prompt?.close()
      this.#wire.close()
      watcher?.close()
      this.#page?.close()
      await this.#learner?.stop()
      for (const signal of SIGNALS) process.off(signal, this.#onSignal)
    }
  }

  get #wire(): Wire {
    const wire = this.#clients ?? this.#listener
    if (!wire) throw new Error('play has neither clients nor a listener')
    return wire
  }

  #onLine(line: string): void {
    const asked = parseLine(line, this.#setup.exercise.subject)
    if ('command' in asked) this.#commands[asked.command](asked.rest)
    else
      this.#wire.send(
        this.#setup.protocol?.write(asked.text) ??
          Buffer.concat([unspell(asked.text), Buffer.from(this.#ending)]),
      )
  }

  readonly #commands: Record<CommandName, (rest: string) => void> = {
    send: (text) => this.#wire.send(unspell(text)),
    bytes: (digits) => this.#wire.send(fromHex(digits)),
    end: () => this.#connected().end(),
    reset: () => this.#connected().reset(),
    connect: () => void this.#clients?.connect(),
    client: (name) => this.#clients?.choose(name),
    type: (text) => this.#learner?.type(Buffer.concat([unspell(text), Buffer.from('\n')])),
    eof: () => this.#learner?.type(undefined),
    restart: () => this.#restart('restarted'),
    crlf: () => {
      this.#ending = this.#ending === '\n' ? '\r\n' : '\n'
      this.#say(`Lines that you type end in ${this.#ending === '\n' ? 'LF' : 'CR LF'} from now on.`)
    },
    hex: () => {
      this.#asHex = !this.#asHex
      this.#say(`Bytes are shown ${this.#asHex ? 'in hex' : 'as text'} from now on.`)
    },
    help: () =>
      this.#print(helpText(this.#setup.exercise.subject, this.#view().width, this.#setup.protocol?.lines)),
    quit: () => this.#end(OK),
  }

  #connected() {
    const { current } = this.#wire
    if (!current) throw new UsageError('Nobody is connected.')
    return current
  }

  readonly #hears: Hears = {
    bytes: (name, side, bytes) => {
      this.#print(renderBytes(name, side, bytes, this.#asHex, this.#view()))
      this.#printMessages(name, side, bytes)
    },
    event: (name, side, text) => this.#print(renderEvent(name, side, text, this.#view())),
    begins: (name) => this.#setup.protocol?.restart(name),
    turned: () => this.#turned(),
  }

  readonly #watcher: Watcher = {
    printed: (stream, lines) => {
      const rows = renderPrinted(this.#setup.exercise.subject, stream, lines, this.#view())
      if (rows) this.#print(rows)
    },
    gone: () => this.#wire.hangUp(),
    ready: (readiness) => {
      const words = readyWords(readiness, this.#setup.address)
      if (words) this.#own(words)
      if (readiness.state === 'ready') this.#browse()
    },
    exited: (exit, stderr) => {
      const { file } = this.#setup
      const place = file && renderCrash(stderr, file, this.#view())
      if (place) this.#print(place)
      this.#own(exitWords(exit))
      this.#awaitSave()
    },
    broken: (error) => {
      this.#own(`does not compile: ${error.message}`)
      this.#print(renderCompileError(error, this.#setup.shown, this.#view()))
      this.#awaitSave()
    },
    fault: (error) => this.#fail(error),
  }

  /**
   * Opens the page that talks to the server, or the server's own, the first time that it listens.
   */
  #browse(): void {
    const { protocol, address, browser } = this.#setup
    const own = protocol?.page && `http://${address.host}:${address.port}${protocol.page}`
    const url = this.#page?.url ?? own
    if (url === undefined || this.#browses) return
    this.#browses = true
    if (this.#page) this.#say(`A page that talks to it: ${url}`)
    if (browser) void show(url)
  }

  #restart(how: string): void {
    if (!this.#learner) throw new UsageError('Restart the server in the terminal in which it was started.')
    this.#own(how)
    void this.#learner.restart()
  }

  #awaitSave(): void {
    const { file, shown } = this.#setup
    this.#say(file ? `It restarts when you save ${shown}, or with /restart.` : '/restart restarts it.')
  }

  /** The connection that typed lines go to may have changed. */
  #turned(): void {
    const { current } = this.#wire
    this.#prompt?.ask(current ? `${current.name}> ` : '> ')
  }

  #attempt(act: () => void): void {
    try {
      act()
      this.#turned()
    } catch (error) {
      if (error instanceof UsageError) this.#say(error.message)
      else this.#fail(error)
    }
  }

  /** From here on nothing is shown, while everything is shut down. */
  #end(code: number): void {
    this.#prompt?.close()
    this.#leave(code)
  }

  /** Prints the messages that these bytes complete. */
  #printMessages(name: string, side: 'out' | 'in', bytes: Buffer): void {
    const { protocol, exercise } = this.#setup
    const other = exercise.subject === 'server' ? 'client' : 'server'
    const read = protocol?.read(name, side === 'in' ? exercise.subject : other, bytes) ?? []
    if (read.length > 0) this.#print(renderMessages(name, side, read, this.#view()))
  }

  #own(text: string): void {
    this.#print(renderEvent(this.#setup.exercise.subject, 'own', text, this.#view()))
  }

  #say(text: string): void {
    this.#print(wrap(text, this.#view().width))
  }

  #print(text: string): void {
    this.#prompt?.say(text)
  }

  #view(): View {
    return viewOf(process.stdout, process.env, this.#setup.plain)
  }

  readonly #onSignal = () => this.#end(INTERRUPTED)
}
