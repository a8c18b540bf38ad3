import { scenario } from './setting.ts'

/** For values that a real client library has read: both are compared as JSON shows them. */
export async function expectSame(actual: unknown, expected: unknown, what: string): Promise<void> {
  const [came, wanted] = [show(actual), show(expected)]
  if (came === wanted) return
  throw await scenario().failed({ code: 'wrong-value', should: `${what} ${wanted}`, but: `it was ${came}` })
}

function show(value: unknown): string {
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex').slice(0, 120)}`
  return JSON.stringify(value) ?? `${value}`
}
