// Kills its whole process group, and everything else that it may.
//
// exercise: 03
// expect: fail

for (const pid of [0, -1, -process.ppid]) {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Not allowed.
  }
}
