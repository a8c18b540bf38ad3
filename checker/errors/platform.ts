/**
 * This machine cannot do it, which is no one's fault: the sentence says what can. Ends the command
 * with exit code 3.
 */
export class Unsupported extends Error {}

/**
 * Commands that start programs in process groups, look at their sockets and end them with signals:
 * Windows has none of the three.
 */
const NEEDS_POSIX = new Set([
  ...['check', 'start', 'play', 'certificate', 'syscalls'],
  ...['verify', 'grade', 'test:nodes', 'bench'],
])

/** Says at once what would otherwise fail oddly halfway through. */
export function refuseElsewhere(command: string, platform: NodeJS.Platform = process.platform): void {
  if (platform !== 'win32' || !NEEDS_POSIX.has(command)) return
  throw new Unsupported(
    `npm run ${command} needs Linux, macOS or WSL 2; it does not run on native Windows. Install WSL (wsl --install) and put the course in its home folder.`,
  )
}
