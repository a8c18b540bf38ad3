let lateMs = 0

/**
 * Milliseconds by which all delays up to now were late, together: what a busy machine keeps from us
 * it keeps from others, too.
 */
export function lateness(): number {
  return lateMs
}

/** Waits; ends early when `signal` aborts, so that no timer keeps a process up. */
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
