/**
 * What hidden tests import: verbs that drive the learner's program over real TCP. Each fails with a
 * sentence, and with the conversation as evidence.
 */
import type { Random } from './random.ts'
import { scenario } from './running-check.ts'

export { type EveryWayOptions, everyWay, type Step } from './adversary.ts'
export { expectDone, expectRejected, expectSame, expectThat, type Rejection } from './answer.ts'
export { askUntil, type Change } from './ask-until.ts'
export { type Client, startClient } from './client.ts'
export { type Stall, untilDropped, untilFull } from './drop.ts'
export { flood } from './flood.ts'
export { type FileContent, type Folder, makeFolder } from './folder.ts'
export { oneAfterAnother } from './guests.ts'
export { inSteps, inTime } from './in-time.ts'
export { holdPort, type Listener, listen } from './listener.ts'
export { meanwhile } from './meanwhile.ts'
export type { Field, Message, Messages } from './messages.ts'
export type { Peer } from './peer.ts'
export type { Address, RelayOptions } from './relay.ts'
export { type Run, runProgram } from './run-program.ts'
export type { Server } from './server.ts'
export { type ServerOptions, startServer } from './start-server.ts'

type RandomValues = Pick<Random, 'bytes' | 'int' | 'pick' | 'word' | 'letters' | 'line' | 'text'>

/** Values from the seed that the report prints; `--seed` reproduces them. */
export const random: RandomValues = {
  bytes: (length) => scenario().random.bytes(length),
  int: (min, max) => scenario().random.int(min, max),
  pick: (list) => scenario().random.pick(list),
  word: () => scenario().random.word(),
  letters: (length) => scenario().random.letters(length),
  line: (length) => scenario().random.line(length),
  text: (length) => scenario().random.text(length),
}

/** Gives this test this many seconds instead of 10: for tests that move hundreds of MiB. */
export function allow(seconds: number): void {
  scenario().allow(seconds * 1000)
}
