import { UsageError } from '../../errors/usage.ts'

const EXAMPLE = 'redis://localhost:6379'
const DEFAULT_NAME = 'grade'

/** What `--queue` names: a Redis, and a queue in it. */
export interface QueueAddress {
  /** For the client. */
  url: string
  name: string
  /** For printing: without the password. */
  shown: string
}

/**
 * Reads a queue's address: `redis://[user:password@]host[:port][/database][?name=QUEUE]`, or
 * rediss:// for TLS.
 */
export function readQueueAddress(text: string): QueueAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^rediss?:$/.test(url.protocol) || url.hostname === '')
    throw new UsageError(
      `--queue wants the address of a Redis, such as ${EXAMPLE}; rediss:// is one with TLS.`,
    )
  if (!/^\/?\d{0,4}$/.test(url.pathname))
    throw new UsageError(
      `The path of --queue's address is the number of a database, such as ${EXAMPLE}/2; "${url.pathname}" is none.`,
    )
  const name = url.searchParams.get('name') ?? DEFAULT_NAME
  if (!/^[\w-]{1,60}$/.test(name))
    throw new UsageError(
      `A queue's name is made of letters, digits, - and _, such as ${EXAMPLE}?name=spring; "${name}" is not.`,
    )
  const shown = new URL(url)
  if (shown.password !== '') shown.password = '***'
  // What is left in the query are settings of the client's.
  url.searchParams.delete('name')
  return { url: url.href, name, shown: shown.href }
}
