import { quote } from '../program/bytes.ts'
import { scenario } from './running-check.ts'

/** What an error of a client library must look like. */
export interface Rejection {
  code?: string
  message?: string | RegExp
}

type Settled<T> = { value: T } | { error: Error & { code?: unknown } }

/**
 * Waits for what a client library makes of the server's answer. Fails if it reports an error or no
 * answer comes.
 */
export async function expectDone<T>(answer: Promise<T>, should: string): Promise<T> {
  const outcome = await outcomeOf(answer, should)
  if ('value' in outcome) return outcome.value
  throw await scenario().failed({
    code: 'wrong-value',
    should,
    but: `the client reported ${errorText(outcome.error)}`,
  })
}

/** Expects a client library to report an error, with this code or this text. */
export async function expectRejected(
  answer: Promise<unknown>,
  { code, message }: Rejection,
  should: string,
): Promise<void> {
  const outcome = await outcomeOf(answer, should)
  if ('value' in outcome) {
    throw await scenario().failed({
      code: 'wrong-value',
      should,
      but: 'the client accepted the answer',
    })
  }
  const { error } = outcome
  const fits =
    (code === undefined || error.code === code) &&
    (message === undefined ||
      (typeof message === 'string' ? error.message === message : message.test(error.message)))
  if (fits) return
  const wanted = [code, message].filter((each) => each !== undefined).join(' ')
  throw await scenario().failed({
    code: 'wrong-value',
    should: `${should} (${wanted})`,
    but: `the client reported ${errorText(error)}`,
  })
}

/** Compares values that a real client library has read, or is about to read, as JSON shows them. */
export async function expectSame(actual: unknown, expected: unknown, what: string): Promise<void> {
  const wanted = show(expected)
  const came = show(
    actual instanceof Promise || isThenable(actual)
      ? await expectDone(Promise.resolve(actual), `${what} ${wanted}`)
      : actual,
  )
  if (came === wanted) return
  throw await scenario().failed({ code: 'wrong-value', should: `${what} ${wanted}`, but: `it was ${came}` })
}

/** For what only the test can decide: "The server should …, but …." */
export async function expectThat(holds: boolean, should: string, but: string): Promise<void> {
  if (!holds) throw await scenario().failed({ code: 'wrong-value', should, but })
}

async function outcomeOf<T>(answer: Promise<T>, should: string): Promise<Settled<T>> {
  const settled: Promise<Settled<T>> = Promise.resolve(answer).then(
    (value) => ({ value }),
    (error) => ({ error }),
  )
  const waited = await scenario().patiently(settled)
  if (waited === 'changed') return settled
  throw await scenario().failed({
    code: 'silent',
    should,
    but: `no answer came for ${scenario().waited(waited)}`,
  })
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

function errorText({ code, message }: { code?: unknown; message: string }): string {
  const text = quote(message, 120)
  return typeof code === 'string' && !message.includes(code) ? `${code}, ${text}` : text
}

function show(value: unknown): string {
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex').slice(0, 120)}`
  return JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? `${each}n` : each)) ?? `${value}`
}
