/** Signals a process and the processes it started that have not left its group. */
export function signalGroup(leader: number, name: NodeJS.Signals): void {
  try {
    process.kill(-leader, name)
  } catch {
    // The group is gone already, which is what we wanted.
  }
}

/** Ends a process by force. */
export function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Gone already.
  }
}
