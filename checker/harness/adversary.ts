import { type Bytes, toBuffer } from '../program/bytes.ts'
import { CheckFailure } from './failure.ts'
import type { Peer } from './peer.ts'
import { scenario } from './running-check.ts'
import type { Server } from './server.ts'

/**
 * One exchange of a conversation: what the client sends and what the server answers. If the answer
 * differs from run to run, how it is read.
 */
export interface Step {
  send: Bytes
  expect: Bytes | ((peer: Peer) => Promise<void>)
}

export interface EveryWayOptions {
  /**
   * What follows the client's FIN. `'answers'` (default): the answers still due, then FIN.
   * `'never'`: the protocol does not say, so no FIN is sent until everything is answered.
   */
  fin?: 'answers' | 'never'
  /**
   * True if the answer comes only after the client's FIN, as in a protocol framed by the end of the
   * stream.
   */
  half?: boolean
}

/** Connections cut at the same time: one look at the receive queues serves them all. */
const AT_ONCE = 8

/**
 * The wire adversary: plays one conversation in every way in which TCP may carry it. At once,
 * coalesced, byte by byte, cut in two at every offset, interleaved with a second client, and with
 * FIN right after the request. Each way has its own connection.
 */
export async function everyWay(
  server: Server,
  steps: readonly Step[],
  options: EveryWayOptions = {},
): Promise<void> {
  const play: Playing = {
    server,
    steps,
    request: Buffer.concat(steps.map(({ send }) => toBuffer(send))),
    answers: joined(steps),
    options,
  }
  const offsets = Array.from({ length: Math.max(0, play.request.length - 1) }, (_, i) => i + 1)

  if (!options.half) await way('with one message after the other', () => inTurn(play))
  await way('with all sent in one segment', () => coalesced(play))
  await way('with the request sent byte by byte', () => inPieces(play, [1]))
  for (let i = 0; i < offsets.length; i += AT_ONCE) {
    const some = offsets.slice(i, i + AT_ONCE)
    await way(cutText(some), () =>
      together(some.map((offset) => inPieces(play, [offset, play.request.length], `cut-at-${offset}`))),
    )
  }
  await way('with two clients interleaved', () => interleaved(play))
  if (options.fin !== 'never' && !options.half)
    await way("with the client's FIN right behind the request", () => finBehind(play))
  scenario().way = undefined
}

interface Playing {
  server: Server
  steps: readonly Step[]
  request: Buffer
  answers: readonly Step['expect'][]
  options: EveryWayOptions
}

async function way(text: string, run: () => Promise<unknown>): Promise<void> {
  scenario().way = text
  scenario().startOver()
  scenario().conversation.restart(`the same conversation ${text}`)
  await run()
}

/**
 * Waits for all of them, so that none runs on into the next test, and throws the first failure with
 * the evidence of its own connection.
 */
async function together(plays: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(plays)
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (!failed) return
  const { reason } = failed
  if (reason instanceof CheckFailure) scenario().conversation.focus(reason.failure.peer)
  throw reason
}

async function inTurn({ server, steps, options }: Playing): Promise<void> {
  const alice = await server.connect('alice')
  for (const { send, expect } of steps) {
    await alice.send(send)
    await expectAll(alice, [expect])
  }
  await part(alice, options)
}

async function coalesced(play: Playing): Promise<void> {
  const alice = await play.server.connect('alice')
  await alice.send(play.request)
  await finish(alice, play)
}

async function inPieces(play: Playing, sizes: readonly [number, ...number[]], name = 'alice'): Promise<void> {
  const alice = await play.server.connect(name)
  await alice.sendInPieces(play.request, sizes)
  await finish(alice, play)
}

async function interleaved(play: Playing): Promise<void> {
  const alice = await play.server.connect('alice')
  const bob = await play.server.connect('bob')
  const cut = Math.ceil(play.request.length / 3)
  for (let from = 0; from < play.request.length; from += cut) {
    await alice.sendInPieces(play.request.subarray(from, from + cut), [cut])
    await bob.sendInPieces(play.request.subarray(from, from + cut), [cut])
  }
  await finish(alice, play)
  await finish(bob, play)
}

async function finBehind({ server, request, answers }: Playing): Promise<void> {
  const alice = await server.connect('alice')
  // Stopped, so that both are there when it looks: otherwise a late answer might still come before
  // a late FIN.
  await server.whileStopped(() => Promise.allSettled([alice.send(request), alice.end()]))
  await expectAll(alice, answers)
  await alice.expectEnd()
}

async function finish(peer: Peer, { answers, options }: Playing): Promise<void> {
  if (options.half) await peer.end()
  await expectAll(peer, answers)
  if (options.half) await peer.expectEnd()
  else await part(peer, options)
}

async function part(peer: Peer, { fin }: EveryWayOptions): Promise<void> {
  if (fin === 'never') return peer.dismiss()
  await peer.end()
  await peer.expectEnd()
}

async function expectAll(peer: Peer, answers: readonly Step['expect'][]): Promise<void> {
  for (const answer of answers) await (typeof answer === 'function' ? answer(peer) : peer.expect(answer))
}

/** The answers, with consecutive bytes joined: a failure shows them as one answer. */
function joined(steps: readonly Step[]): Step['expect'][] {
  const answers: Step['expect'][] = []
  for (const { expect } of steps) {
    const last = answers.at(-1)
    if (typeof expect === 'function' || last === undefined || typeof last === 'function') answers.push(expect)
    else answers[answers.length - 1] = Buffer.concat([toBuffer(last), toBuffer(expect)])
  }
  return answers
}

function cutText(offsets: readonly number[]): string {
  const last = offsets.at(-1)
  return offsets.length === 1 ? `cut after byte ${last}` : `cut in two after byte ${offsets[0]} to ${last}`
}
