/**
 * `ok`; `note` where the course works but for a part; `bad` where it does not work for the person
 * whom it matters to.
 */
export type State = 'ok' | 'note' | 'bad'

/** What a look at one thing of this machine came to. */
export interface Finding {
  state: State
  /** What is there, as a sentence without its full stop: `20.20.2`, `not installed`. */
  found: string
  /** What to do, in whole sentences, where something can be done. */
  remedy?: string
}

/** One thing that the doctor looks at. */
export interface Probe {
  /** For `--json`. */
  id: string
  name: string
  /** Who cannot work where it is bad. */
  matters: 'learner' | 'facilitator'
  /** What of the course rests on it, as a whole sentence. */
  use: string
  look(root: string): Promise<Finding>
}

/** A probe with what it found here. */
export interface Examined extends Omit<Probe, 'look'> {
  finding: Finding
}

/** After this a machine is said not to answer. A doctor that hangs is none. */
const PATIENCE_MS = 1_500

/** Looks at everything side by side. A probe that fails or hangs is a finding, too. */
export function examine(root: string, probes: readonly Probe[]): Promise<Examined[]> {
  return Promise.all(
    probes.map(async ({ look, ...probe }) => ({ ...probe, finding: await patiently(() => look(root)) })),
  )
}

async function patiently(look: () => Promise<Finding>): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Finding>((resolve) => {
    const found = `no answer within ${PATIENCE_MS / 1000} s`
    timer = setTimeout(
      () => resolve({ state: 'note', found, remedy: 'Try again: npm run doctor' }),
      PATIENCE_MS,
    )
  })
  try {
    return await Promise.race([look(), late])
  } catch (error) {
    return { state: 'bad', found: `could not be examined: ${(error as Error).message}` }
  } finally {
    clearTimeout(timer)
  }
}
