let lateMs = 0

/**
 * How late all delays up to now were, added up, in ms: a busy machine that holds us up holds up
 * others, too.
 */
export function lateness(): number {
  return lateMs
}

/** Waits; ends early when `signal` aborts, so that no timer keeps a process alive. */
export function delay(ms: number, signal?: AbortSignal): Promise<void> {
  const due = performance.now() + ms
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      lateMs += Math.max(0, performance.now() - due)
      resolve()
    }, ms)
    signal?.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
