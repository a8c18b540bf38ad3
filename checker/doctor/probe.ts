/**
 * `ok`; `note` if the course works except for a part; `bad` if it does not work for the person it
 * matters to.
 */
export type State = 'ok' | 'note' | 'bad'

/** The result of looking at one thing on this machine. */
export interface Finding {
  state: State
  /** What was found, as a sentence without its full stop: `20.20.2`, `not installed`. */
  found: string
  /** What to do, in whole sentences, if anything can be done. */
  remedy?: string
}

/** One thing that the doctor looks at. */
export interface Probe {
  /** For `--json`. */
  id: string
  name: string
  /** Who cannot work if it is bad. */
  matters: 'learner' | 'facilitator'
  /** What the course needs it for, as a whole sentence. */
  use: string
  look(root: string): Promise<Finding>
}

/** A probe with what it found here. */
export interface Examined extends Omit<Probe, 'look'> {
  finding: Finding
}

/** After this, a machine is reported as not answering. A doctor must not hang. */
const PATIENCE_MS = 1_500

/** Looks at everything at the same time. A probe that fails or hangs is a finding, too. */
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
