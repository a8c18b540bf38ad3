import { JudgePool } from '../judge/asks/judge-pool.ts'
import { openCage } from '../sandbox/cage.ts'
import { lackOfSandbox, refusalOf, sandboxedLauncher } from '../sandbox/sandbox.ts'
import { runCanary } from './canary/canary.ts'
import type { Machine } from './grade-one.ts'

const WITHOUT =
  '--no-sandbox runs them all the same, as you, with all that you can read and write; the gradebook then says so.'

/** A machine that is ready to grade. Its judges must be closed. */
export interface OpenMachine extends Machine {
  judges: JudgePool
}

/**
 * Makes this machine ready to grade, with this many judges at once, and proves that its sandbox
 * holds. Returns a sentence if it does not: then no submission may run.
 */
export async function openMachine(
  root: string,
  out: string,
  count: number,
  sandbox: boolean,
): Promise<OpenMachine | string> {
  const proven = new Set<string>()
  if (!sandbox) return { root, judges: new JudgePool(root, count), proven }
  const lack = lackOfSandbox()
  if (lack !== undefined) return `${lack}\n${WITHOUT}`
  const refusal = refusalOf(sandboxedLauncher(root))
  if (refusal !== undefined)
    return `No sandbox can be made here, so nothing was graded:\n${refusal}\n${adviceFor(refusal)}${WITHOUT}`
  const cage = openCage(root)
  const judges = new JudgePool(root, count, (index) => sandboxedLauncher(root, index))
  const problem = await judges.beside((judge) => runCanary(root, out, judge, cage))
  if (problem === undefined) return { root, judges, cage, proven }
  await judges.close()
  return `The sandbox does not hold, so nothing was graded. A program of ours that tries to get out of it says:\n${problem}\n${adviceFor(problem)}${WITHOUT}`
}

/** What usually helps if bubblewrap cannot make its namespaces. */
function adviceFor(problem: string): string {
  if (!/bwrap|namespace|uid map|Operation not permitted/i.test(problem)) return ''
  return 'On Ubuntu 24.04 and later: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0. In a container: run it as a user who is not root, with --security-opt seccomp=unconfined --security-opt systempaths=unconfined.\n'
}
