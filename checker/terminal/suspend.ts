import { delay } from '../program/delay.ts'

/** A kernel that stops us does so well before. */
const UNSTOPPED_MS = 200

/**
 * Stops all processes of this job, as Ctrl-Z does: npm's among them, else the shell would not take
 * the terminal. Resolves when the job is continued; at once where nobody could continue it, for
 * then the kernel does not stop it either. The terminal has to be in its usual mode.
 */
export async function suspendJob(): Promise<void> {
  const continued = new AbortController()
  const onContinue = () => continued.abort()
  process.once('SIGCONT', onContinue)
  process.kill(0, 'SIGTSTP')
  await delay(UNSTOPPED_MS, continued.signal)
  process.off('SIGCONT', onContinue)
}
