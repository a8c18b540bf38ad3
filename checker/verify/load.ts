import { type ChildProcess, spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'

const SPIN = 'for (;;) ;'

/** Keeps every core busy until `stop`: with one computing process per core, and one more. */
export function keepBusy(): { stop: () => void } {
  const count = availableParallelism() + 1
  const burners: ChildProcess[] = Array.from({ length: count }, () =>
    spawn(process.execPath, ['-e', SPIN], { stdio: 'ignore' }),
  )
  const stop = () => {
    for (const burner of burners) burner.kill('SIGKILL')
  }
  process.on('exit', stop)
  return { stop }
}
