/** Computes for this many milliseconds. */
export function compute(ms) {
  const until = process.cpuUsage().user + ms * 1000
  while (process.cpuUsage().user < until);
}
