import { countBytes } from '../program/bytes.ts'
import { hasProc } from '../program/proc.ts'
import { type Resident, residentAtMost, residentBytes } from '../program/processes.ts'
import type { Program } from '../program/program.ts'
import type { CheckFailure } from './failure.ts'
import type { Scenario } from './scenario.ts'

/** A program's memory may be at most `within` bytes above `of`, its memory at rest. */
export interface MemoryLimit {
  within: number
  of: number
}

/** A look costs 0.1 ms if /proc has the answer, and 10 ms if a command has to be run for it. */
const LOOK_MS = hasProc ? 25 : 250
/** How old the list of its processes may be. */
const FAMILY_MS = 200

/**
 * Watches a program's memory until the test ends. Past the limit, it ends the program and the test.
 */
export function watchMemory(program: Program, limit: MemoryLimit, scenario: Scenario): void {
  const most = limit.of + limit.within
  // What it used at its start, before any client came, does not count.
  const atFirst = residentAtMost(program.family(0)).peak
  const isPast = ({ peak }: Resident) => peak > most && peak > atFirst

  const look = async (familyMs: number) => {
    const pids = program.family(familyMs)
    if (program.exit || !isPast(residentAtMost(pids))) return undefined
    const resident = residentBytes(pids)
    if (!isPast(resident)) return undefined
    clearInterval(looking)
    const failure = await overLimit(limit, resident.peak, scenario)
    scenario.interrupt(failure)
    void program.stop({ force: true })
    return failure
  }
  const looking = setInterval(() => void look(FAMILY_MS), LOOK_MS)
  scenario.atEnd(() => clearInterval(looking))
  scenario.atFinish(async () => {
    const failure = await look(0)
    if (failure) throw failure
  })
}

/** "…, but it grew to 262 MiB after its clients had sent 61 MiB and received 20 bytes." */
export function overLimit(
  { within, of }: MemoryLimit,
  peak: number,
  scenario: Scenario,
): Promise<CheckFailure> {
  const { conversation } = scenario
  const [sent, received] = [conversation.moved('sent'), conversation.moved('received')].map(amount)
  return scenario.failed({
    code: 'memory',
    should: `stay within ${mib(within)} of the ${mib(of)} that it used at first`,
    but: `it grew to ${mib(peak)} after its clients had sent ${sent} and received ${received}`,
  })
}

function mib(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20).toLocaleString('en-US')} MiB`
}

function amount(bytes: number): string {
  return bytes < 2 ** 20 ? countBytes(bytes) : mib(bytes)
}
