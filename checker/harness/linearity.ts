/** CPU time below which a measurement is mostly the machine's noise. */
const MIN_MS = 40
/**
 * At 4 times the size a quadratic program costs 4 times as much per item; a linear one, in theory,
 * the same.
 */
const MAX_GROWTH = 2.5

/**
 * Judges the CPU costs (ms) of work of growing sizes: compares the cost per item at the largest
 * size with that at the smallest.
 */
export function linearity(
  sizes: readonly number[],
  costs: readonly number[],
): { linear: true } | { linear: false; but: string } {
  const small = { size: sizes[0] ?? 1, cost: Math.max(costs[0] ?? 0, MIN_MS) }
  const large = { size: sizes.at(-1) ?? 1, cost: costs.at(-1) ?? 0 }
  const growth = large.cost / large.size / (small.cost / small.size)
  if (growth <= MAX_GROWTH) return { linear: true }
  const times = (large.size / small.size).toFixed(0)
  const longer = (large.cost / small.cost).toFixed(0)
  return { linear: false, but: `${times} times the work took it ${longer} times the CPU time` }
}
