import { type Examined, examine } from '../doctor/probe.ts'
import { PROBES } from '../doctor/probes.ts'
import { fromReadyCode, toReadyCode } from '../doctor/ready-code.ts'
import { renderExamination, renderReadiness } from '../doctor/report.ts'
import { systemKind } from '../doctor/system.ts'
import { npmVersion } from '../doctor/versions.ts'
import { UsageError } from '../errors/usage.ts'
import { viewOf } from '../terminal/view.ts'

export interface DoctorOptions {
  json?: boolean
  /** A code from another machine, to explain. */
  read?: string
}

const OK = 0
const NOT_READY = 3

/** `npm run doctor`: finds out whether the course works on this machine, and what to do if not. */
export async function doctor(root: string, { json, read }: DoctorOptions): Promise<number> {
  if (read !== undefined) return explain(read, json)
  const [examined, npm] = await Promise.all([examine(root, PROBES), npmVersion()])
  const ready = examined.every(({ matters, finding }) => matters !== 'learner' || finding.state !== 'bad')
  const readiness = {
    ready,
    node: majorMinor(process.versions.node) ?? '0',
    npm: majorMinor(npm) ?? '0',
    system: systemKind(),
    arch: process.arch,
    states: examined.map(({ finding }) => finding.state),
  }
  const code = toReadyCode(readiness)
  if (json) {
    const findings = examined.map(({ finding, use: _, ...probe }) => ({ ...probe, ...finding }))
    const { states: __, ...rest } = readiness
    console.log(JSON.stringify({ version: 1, code, ...rest, findings }, null, 2))
  } else console.log(renderExamination(examined, code, viewOf(process.stdout, process.env)))
  return ready ? OK : NOT_READY
}

/** Explains a code. This command succeeds even if the other machine is not ready. */
function explain(code: string, json = false): number {
  const readiness = fromReadyCode(code, PROBES.length)
  if (!readiness) {
    throw new UsageError(
      `"${code}" is not a ready code, or not as it was sent. npm run doctor prints one, such as ready-20.20-11.19-lx-0-3.`,
    )
  }
  const examined = PROBES.map(
    ({ look: _, ...probe }, i): Examined => ({
      ...probe,
      finding: { state: readiness.states[i] ?? 'ok', found: '' },
    }),
  )
  if (json) {
    const { states: _, ...rest } = readiness
    const findings = examined.map(({ finding, use: __, ...probe }) => ({ ...probe, state: finding.state }))
    console.log(JSON.stringify({ version: 1, code, ...rest, findings }, null, 2))
  } else console.log(renderReadiness(readiness, examined, viewOf(process.stdout, process.env)))
  return OK
}

function majorMinor(version: string | undefined): string | undefined {
  return /^\d+\.\d+/.exec(version ?? '')?.[0]
}
