/** How often we look whether our event loop is late, and how much lateness is ignored. */
const LOOK_MS = 20
const TOLERANCE_MS = 5

let watchers = 0
let timer: NodeJS.Timeout | undefined
let lagMs = 0
let due = 0

/**
 * For how long our event loop was held up, in ms, by other processes or by work of our own, while
 * anything watched it.
 */
export function loopLagMs(): number {
  return lagMs + (timer ? Math.max(0, performance.now() - due - TOLERANCE_MS) : 0)
}

/** Watches our event loop until the returned function is called. */
export function watchLoop(): () => void {
  watchers += 1
  timer ??= start()
  let watching = true
  return () => {
    if (!watching) return
    watching = false
    watchers -= 1
    if (watchers > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

function start(): NodeJS.Timeout {
  due = performance.now() + LOOK_MS
  const looks = setInterval(() => {
    const late = performance.now() - due
    if (late > TOLERANCE_MS) lagMs += late - TOLERANCE_MS
    due = performance.now() + LOOK_MS
  }, LOOK_MS)
  return looks.unref()
}
