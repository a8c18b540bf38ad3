import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The processes that play an exercise on a port: the first has started the server, later ones have
 * joined as clients.
 */
interface Playing {
  exercise: string
  pids: number[]
}

/** How many terminals already play this exercise on the port. */
export function countPlaying(root: string, exercise: string, port: number): number {
  const playing = readPlaying(root, port)
  return playing?.exercise === exercise ? playing.pids.filter(isAlive).length : 0
}

/**
 * Records that this process plays too. Nothing has to be removed at the end: a process that is gone
 * does not count.
 */
export function notePlaying(root: string, exercise: string, port: number): void {
  const pids =
    countPlaying(root, exercise, port) > 0 ? (readPlaying(root, port)?.pids.filter(isAlive) ?? []) : []
  mkdirSync(join(root, '.workshop', 'playing'), { recursive: true })
  writeFileSync(
    pathOf(root, port),
    JSON.stringify({ exercise, pids: [...pids, process.pid] } satisfies Playing),
  )
}

function readPlaying(root: string, port: number): Playing | undefined {
  try {
    const { exercise, pids } = JSON.parse(readFileSync(pathOf(root, port), 'utf8'))
    if (typeof exercise !== 'string' || !Array.isArray(pids)) return undefined
    return { exercise, pids: pids.filter((pid) => Number.isInteger(pid) && pid > 0) }
  } catch {
    return undefined // no one has played on this port, or the file is damaged: there is no one to join
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function pathOf(root: string, port: number): string {
  return join(root, '.workshop', 'playing', `${port}.json`)
}
