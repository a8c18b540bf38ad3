import { closeSync, readSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

/**
 * Loaded by Node before the file that it should run: waits until it receives that file's
 * environment. From there on it is a start like any other: the same arguments, the same
 * descriptors, and no trace of us in anything it starts itself.
 */

/** The pipe on which the environment arrives. */
const PIPE = 3
/** More than the environment of a program takes. */
const MAX_BYTES = 64 * 1024
const NEWLINE = 10

// The program's own threads load this as well, and do not wait.
if (isMainThread) {
  Object.assign(process.env, JSON.parse(untilTold()))
  closeSync(PIPE)
}
process.execArgv.splice(process.execArgv.indexOf('--import'), 2)

function untilTold(): string {
  const bytes = Buffer.alloc(MAX_BYTES)
  for (let length = 0; ; ) {
    const count = readSync(PIPE, bytes, length, MAX_BYTES - length, null)
    // The process that started this one is gone.
    if (count === 0) process.exit()
    length += count
    if (bytes[length - 1] === NEWLINE) return bytes.toString('utf8', 0, length)
  }
}
