import { EventEmitter } from 'node:events'
import { realpathSync } from 'node:fs'
import { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { hasAddress, pair } from '../program/address.ts'
import { delay } from '../program/delay.ts'
import { cpuMs, cpuMsEver, residentBytes } from '../program/processes.ts'
import { hidesDescriptors, loopListens, networkSockets, openFilesIn } from '../program/sockets.ts'
import { browse } from './browse.ts'
import { Child } from './child.ts'
import { dial } from './dial.ts'
import type { Folder } from './folder.ts'
import { linearity } from './linearity.ts'
import { type MemoryLimit, overLimit, watchMemory } from './memory-limit.ts'
import { Peer } from './peer.ts'
import { type Address, type RelayOptions, relayTo } from './relay.ts'
import { unrestOf } from './rest.ts'
import { scenario } from './running-check.ts'

const LOOK_MS = 10
/** Where it listens unless a test asks for another address. */
const USUAL_HOST = '127.0.0.1'

/** A started server of the learner's. */
export class Server extends Child {
  get host(): string {
    return this.program.host
  }

  get port(): number {
    return this.program.port
  }

  /**
   * A client, connected. `from` gives it its own address, such as 127.0.0.3, if the machine has it.
   */
  async connect(name: string, options: { from?: string } = {}): Promise<Peer> {
    const from = options.from !== undefined && (await hasAddress(options.from)) ? options.from : undefined
    // A server that listens on all addresses is reached at one of them.
    const host = this.host === '0.0.0.0' ? '127.0.0.1' : this.host
    const begun = performance.now()
    const outcome = await dial(host, this.port, from)
    if (outcome instanceof Socket) {
      const peer = new Peer(name, outcome, begun).keepAddresses()
      const to = host === USUAL_HOST ? '' : ` to ${host}`
      scenario().conversation.add('connect', {
        peer: name,
        text: `${peer.localAddress}:${peer.localPort}${to}`,
      })
      return peer
    }
    const should = `accept ${name}'s connection to ${host}:${this.port}`
    if (outcome === 'ECONNRESET') {
      scenario().conversation.add('reset', { peer: name })
      const but = 'reset the connection (RST) at once'
      throw await scenario().failed({ code: 'reset', peer: name, should, but })
    }
    scenario().conversation.add('refused', { peer: name, text: outcome })
    throw await scenario().failed({
      code: 'refused',
      peer: name,
      should,
      but:
        outcome === 'ECONNREFUSED'
          ? 'nobody listens there any more (connection refused)'
          : `connecting failed with ${outcome}`,
    })
  }

  /**
   * An address that leads to the server, for a client that opens its sockets itself: a library's,
   * or a program's. The conversation calls it `name`. With `sizes`, what it sends is passed on in
   * pieces of these sizes, each after the previous one has been read.
   */
  relay(name: string, options: RelayOptions = {}): Promise<Address> {
    return relayTo({ host: this.host, port: this.port }, name, options)
  }

  /**
   * A library's own client, as `open` makes it for an address that leads to the server; `close`
   * drops it when the test is over. 'error' events between answers are ignored: a test waits for
   * its answers.
   */
  async drive<Client extends object>(
    name: string,
    open: (address: Address) => Client,
    close: (client: Client) => unknown,
    options: RelayOptions = {},
  ): Promise<Client> {
    const client = open(await this.relay(name, options))
    if (client instanceof EventEmitter) client.on('error', () => {})
    scenario().atEnd(() => void close(client))
    return client
  }

  /**
   * What a page in Chromium reports: `page` is its HTML, for an address that leads to the server,
   * and its script calls `report(value)` once. `should` is what the server has to do for it: "talk
   * to a page". If Chromium is not installed, the test is skipped with a sentence.
   */
  async browse(page: (address: Address) => string, should: string): Promise<unknown> {
    return browse(page(await this.relay('browser')), should, this.program.launch.tmp)
  }

  /**
   * A connection to it at this address is refused. If the machine does not have the address, this
   * passes: no one can come in by it.
   */
  async expectRefused({ host = this.host }: { host?: string } = {}): Promise<void> {
    if (!(await hasAddress(host))) return
    const outcome = await dial(host, this.port)
    if (outcome === 'ECONNREFUSED' || outcome === 'ECONNRESET') return
    if (outcome instanceof Socket) outcome.destroy()
    throw await scenario().failed({
      code: 'accepted',
      should: `refuse connections to ${host}:${this.port}`,
      but: outcome instanceof Socket ? 'accepted one' : `connecting failed with ${outcome}`,
    })
  }

  /** It listens on its port at its address, and nowhere else. */
  async expectOneListener(): Promise<void> {
    const { host, port } = this
    const sockets = this.program.listening
    const other = sockets.find((socket) => socket.address !== host || socket.port !== port)
    if (!other) return
    throw await scenario().failed({
      code: 'accepted',
      should: `listen on ${host}:${port} and nowhere else`,
      but: `listens on ${pair(other.address, other.port)} too`,
    })
  }

  /** Ends it with SIGTERM, by force if that does not work, and waits until it is gone. */
  async stop(): Promise<void> {
    await this.program.stop()
  }

  /**
   * Resident bytes of its processes, once they are at rest: a server of several processes may still
   * be starting some.
   */
  async memory(): Promise<number> {
    await this.untilIdle()
    return residentBytes(this.program.family(0)).now
  }

  /**
   * From now on, to the end of the test, its memory stays within `within` bytes of `of`. It is
   * watched while the test goes on: a program that grows past that is ended at once, and the test
   * fails, whatever it waits for.
   */
  limitMemory(limit: MemoryLimit): void {
    watchMemory(this.program, limit, scenario())
  }

  /** Its memory has never been more than `within` bytes above `of`. */
  async expectMemory({ within, of }: MemoryLimit): Promise<void> {
    const { peak } = residentBytes(this.program.family(0))
    if (peak > of + within) throw await overLimit({ within, of }, peak, scenario())
  }

  /** Sockets that it holds open: the listening one and one per client. */
  async sockets(): Promise<number> {
    return networkSockets(this.program.family(0))
  }

  /**
   * Waits until it has no file of this folder open; `when` completes "have no file of the folder
   * open …".
   */
  async expectFilesClosed({ path }: Folder, when: string): Promise<void> {
    await this.#expectInSight()
    const held = await untilHeld(0, () => openFilesIn(realpathSync(path), this.program.family(0)))
    if (held === 0) return
    throw await scenario().failed({
      code: 'files',
      should: `have no file of the folder open ${when}`,
      but: `it holds ${held} open`,
    })
  }

  /** Waits until it holds this many sockets again; a closed connection may take it a moment. */
  async expectSockets(count: number): Promise<void> {
    const held = await untilHeld(count, () => networkSockets(this.program.family(0)))
    if (held === count) return
    throw await scenario().failed({
      code: 'sockets',
      should: `hold ${count} open ${count === 1 ? 'socket' : 'sockets'} now`,
      but: `it holds ${held}${held > count ? ': connections that are over were not closed' : ''}`,
    })
  }

  /**
   * It has nothing left to do: no timer wakes its processes, and they use no CPU time. `when`
   * completes "The server should rest …". It may need a moment to come to rest.
   */
  async expectRest(when = 'now'): Promise<void> {
    const unrest = await unrestOf(this.program)
    if (!unrest && !this.program.exit) return
    throw await scenario().failed({
      code: 'no-rest',
      should: `rest ${when}`,
      but: unrest
        ? `it woke up ${unrest.wakeUpsPerSecond} times a second and used ${unrest.percent} % of a core`
        : 'it is gone',
    })
  }

  /**
   * The CPU time for work of growing size grows with the size, not with its square. `work(n)` has
   * the server do work of size n; each size is at least twice the previous one.
   */
  async expectLinear(
    work: (size: number) => Promise<void>,
    { sizes }: { sizes: readonly number[] },
  ): Promise<void> {
    const costs: number[] = []
    for (const size of sizes) {
      const before = this.#cpuTimes()
      await work(size)
      await nextTurn()
      costs.push(Math.max(...this.#cpuTimes().map((ms, i) => ms - (before[i] ?? 0))))
    }
    const verdict = linearity(sizes, costs)
    if (verdict.linear) return
    throw await scenario().failed({
      code: 'cpu',
      should: 'take twice the time for twice the work',
      but: verdict.but,
    })
  }

  /**
   * CPU milliseconds up to now: exact for what is alive, and coarse for everything it ever ran,
   * such as threads and children that are gone.
   */
  #cpuTimes(): number[] {
    const family = this.program.family(0)
    return [cpuMs(family), cpuMsEver(family)]
  }

  /** CPU milliseconds that its processes use for this work, until they rest again. */
  async cpuTime(work: () => Promise<void>): Promise<number> {
    const before = cpuMsEver(this.program.family(0))
    await work()
    await this.untilIdle()
    return cpuMsEver(this.program.family(0)) - before
  }

  /**
   * Its processes use no more than `within` ms of CPU time for this work; `on` completes "spend no
   * more CPU time on …". Fails as soon as they have used more.
   */
  async expectCpuTime(
    work: () => Promise<void>,
    { within, on }: { within: number; on: string },
  ): Promise<void> {
    const before = cpuMsEver(this.program.family(0))
    let used = 0
    let done = false
    const measured = this.cpuTime(work).finally(() => {
      done = true
    })
    // If the verdict is clear before the work is done, it does not matter how the work ends.
    measured.catch(() => {})
    while (!done && used <= within) {
      await Promise.race([measured, delay(LOOK_MS)])
      used = cpuMsEver(this.program.family(0)) - before
    }
    if (done) used = await measured
    if (used <= within) return
    throw await scenario().failed({
      code: 'cpu',
      should: `spend at most ${(within / 1000).toFixed(1)} s of CPU time on ${on}`,
      but: 'it used more',
    })
  }

  /** The file imports none of these modules. Programs in other languages pass. */
  async expectNoImports(names: readonly string[]): Promise<void> {
    const found = this.program.launch.imports?.find((name) => names.includes(name))
    if (found === undefined) return
    throw await scenario().failed({
      code: 'imports',
      should: `do without ${found}`,
      but: 'its file imports it',
    })
  }

  /**
   * It waits for connections in a call of its own: no event loop does so for it, however the file
   * got one. Belongs after an answer: by then a loop has the listening socket. Programs in other
   * languages pass, and all programs if epoll cannot be seen.
   */
  async expectNoEventLoop(): Promise<void> {
    if (!this.program.launch.imports) return
    await this.#expectInSight()
    if (!loopListens(this.program.family(0), this.port)) return
    throw await scenario().failed({
      code: 'imports',
      should: 'wait in accept() for its connections',
      but: 'it waits for them in an event loop (epoll), as node:net does',
    })
  }

  /** Waits until we can see what every one of its processes has open. */
  async #expectInSight(): Promise<void> {
    const hidden = await untilHeld(0, () => Number(hidesDescriptors(this.program.members())))
    if (hidden === 0) return
    throw await scenario().failed({
      code: 'hidden',
      should: 'let the check see what its processes have open',
      but: 'one of them hides it: it may not be dumped, or its program may not be read',
    })
  }
}

/**
 * Looks until there are this many, for as long as a test waits for anything; returns the last
 * count.
 */
async function untilHeld(count: number, look: () => number): Promise<number> {
  let held = look()
  let looking = true
  const settled = async () => {
    while (looking && held !== count) {
      await delay(LOOK_MS)
      held = look()
    }
  }
  await scenario().patiently(settled())
  looking = false
  return held
}
