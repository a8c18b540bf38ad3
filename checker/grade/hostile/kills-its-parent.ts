// Kills its parent and every process above.
//
// exercise: 03
// expect: fail

for (const pid of [process.ppid, 1, 2, 3]) {
  if (pid === process.pid) continue
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Not there, or not ours.
  }
}
setInterval(() => {}, 1000)
