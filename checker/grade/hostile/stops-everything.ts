// Stops every process that it can reach, so that nothing can time it out.
//
// exercise: 01
// expect: fail

for (let pid = 1; pid < 100_000; pid += 1) {
  if (pid === process.pid) continue
  try {
    process.kill(pid, 'SIGSTOP')
  } catch {
    // Not there, or not ours.
  }
}
process.kill(process.pid, 'SIGSTOP')
