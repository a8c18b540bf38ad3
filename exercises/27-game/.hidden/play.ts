import { PagePlayers } from './play-page.ts'
import { Player } from './play-player.ts'
import { draw } from './play-screen.ts'

/** What play gives to a game: where the server is, and the terminal. */
interface GameStage {
  host: string
  port: number
  /** How many terminals play already. */
  others: number
  show(rows: string[]): void
  size(): { columns: number; rows: number }
  /** Opens a page in the browser. */
  open(url: string): void
  leave(): void
}

const NAMES = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi']
const ARROWS = ['up', 'right', 'down', 'left']
const LETTERS = ['w', 'd', 's', 'a']
/** Between two pictures: a terminal is no faster. */
const FRAME_MS = 33

/** Two players at one keyboard, and as many as there are browser windows. */
export class Game {
  readonly #stage: GameStage
  readonly #players: Player[] = []
  readonly #page: PagePlayers
  #notice = ''
  #drawing: NodeJS.Timeout | undefined

  constructor(stage: GameStage) {
    this.#stage = stage
    this.#page = new PagePlayers(stage)
    this.#add()
  }

  /** A key by its name, as Node's readline calls it. */
  key(name: string): void {
    const [first] = this.#players
    const [arrow, letter] = [ARROWS.indexOf(name), LETTERS.indexOf(name)]
    if (arrow >= 0) first?.move(arrow)
    if (letter >= 0 && this.#players.length < 2) this.#add()
    if (letter >= 0) this.#players[1]?.move(letter)
    if (name === 'p') for (const player of this.#players) player.togglePause()
    if (name === 'o') void this.#page.listen().then((url) => this.#stage.open(url))
    if (name === 'q') this.#stage.leave()
    this.#draw()
  }

  /** Something about the learner's program, for the line below the arena. */
  notice(text: string): void {
    this.#notice = text
    this.#draw()
  }

  close(): void {
    clearTimeout(this.#drawing)
    this.#page.close()
    for (const player of this.#players) player.leave()
  }

  #add(): void {
    const name = NAMES[(2 * this.#stage.others + this.#players.length) % NAMES.length] ?? 'alice'
    const player = new Player(name, this.#stage, {
      snapshot: () => this.#draw(),
      state: (text) => this.notice(text),
    })
    this.#players.push(player)
    this.#draw()
  }

  #draw(): void {
    this.#drawing ??= setTimeout(() => {
      this.#drawing = undefined
      this.#stage.show(
        draw(this.#players, this.#notice, this.#page.url ?? 'open the page', this.#stage.size()),
      )
    }, FRAME_MS)
  }
}
