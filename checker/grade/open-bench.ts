import { openCage } from '../sandbox/cage.ts'
import { lackOfSandbox, refusalOf, sandboxedLauncher } from '../sandbox/sandbox.ts'
import { flyCanary } from './canary/canary.ts'
import { Courts } from './courts.ts'
import type { Bench } from './grade-one.ts'

const WITHOUT =
  '--no-sandbox runs them all the same, as you, with all that you can read and write; the gradebook then says so.'

/** A bench, whose courts have to be closed. */
export interface OpenBench extends Bench {
  courts: Courts
}

/**
 * Makes this machine ready to grade, in as many courts at once, and proves that its sandbox holds. A sentence where it does
 * not: then nothing that anybody handed in may run.
 */
export async function openBench(
  root: string,
  out: string,
  count: number,
  sandbox: boolean,
): Promise<OpenBench | string> {
  const proven = new Set<string>()
  if (!sandbox) return { root, courts: new Courts(root, count), proven }
  const lack = lackOfSandbox()
  if (lack !== undefined) return `${lack}\n${WITHOUT}`
  const launcher = sandboxedLauncher(root)
  const refusal = refusalOf(launcher)
  if (refusal !== undefined)
    return `No sandbox can be made here, so nothing was graded:\n${refusal}\n${adviceFor(refusal)}${WITHOUT}`
  const cage = openCage(root)
  const courts = new Courts(root, count, launcher)
  const problem = await courts.beside((court) => flyCanary(root, out, court, cage))
  if (problem === undefined) return { root, courts, cage, proven }
  await courts.close()
  return `The sandbox does not hold, so nothing was graded. A program of ours that tries to get out of it says:\n${problem}\n${adviceFor(problem)}${WITHOUT}`
}

/** What usually helps where bubblewrap cannot make its namespaces. */
function adviceFor(problem: string): string {
  if (!/bwrap|namespace|uid map|Operation not permitted/i.test(problem)) return ''
  return 'On Ubuntu 24.04 and later: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0. In a container: run it as a user who is not root, with --security-opt seccomp=unconfined --security-opt systempaths=unconfined.\n'
}
