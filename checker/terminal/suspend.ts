import { delay } from '../program/delay.ts'

/** If the kernel stops us, it does so well within this time. */
const UNSTOPPED_MS = 200

/**
 * Stops all processes of this job, as Ctrl-Z does, including npm's: otherwise the shell would not
 * take the terminal. Resolves when the job is continued, or at once if no shell could continue it:
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
