import { announce } from '../progress.ts'
import type { QueueAddress } from './address.ts'
import type { Packages, RedisClient, RedisOptions } from './packages.ts'

/** The prefix of our keys in Redis. */
export const PREFIX = 'accept-loop'
const CONNECT_MS = 10_000
const KEEP_ALIVE_MS = 10_000
const RETRY_MS = 100
const MAX_RETRY_MS = 2000

/** Connects to a Redis. Returns a sentence if none can be reached or it does not let us in. */
export async function connect(
  { Redis }: Packages,
  { url, shown }: QueueAddress,
): Promise<RedisClient | string> {
  const options: RedisOptions = {
    lazyConnect: true,
    maxRetriesPerRequest: null,
    keepAlive: KEEP_ALIVE_MS,
    connectTimeout: CONNECT_MS,
    retryStrategy: (times) => Math.min(times * RETRY_MS, MAX_RETRY_MS),
  }
  const client = new Redis(url, options)
  // What it reports before it gives up is the reason.
  const failed = new Promise<Error>((resolve) => client.on('error', resolve))
  const ready = client.connect()
  try {
    const problem = await Promise.race([ready, failed])
    if (problem === undefined) return client
    ready.catch(() => {})
    client.disconnect()
    return refused(shown, problem)
  } catch (error) {
    client.disconnect()
    return refused(shown, error)
  }
}

/**
 * Reports once when the connection is lost, and once when it is back; the client reconnects by
 * itself.
 */
export function watchConnection(client: RedisClient, { shown }: QueueAddress): { stop: () => void } {
  let away = false
  let over = false
  client.on('close', () => {
    if (!away && !over) announce(`Redis at ${shown} is gone. Waiting until it is there again.`)
    away = true
  })
  client.on('ready', () => {
    if (away && !over) announce(`Redis at ${shown} is there again.`)
    away = false
  })
  return {
    stop: () => {
      over = true
    },
  }
}

function refused(shown: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  const what = (message || code || 'it does not answer').replace(/\.$/, '')
  return `Redis at ${shown} cannot be used: ${what}. Look at the address and at the server (redis-cli -u ${shown} ping), and run the same command again.`
}
