import { refusalOf } from '../../errors/refusal.ts'
import { serve } from './serve.ts'

/** What Jest loads of the judge by path: `build.js` gives each a file. */
export { default as Environment } from './environment.ts'
export { JudgeRuntime } from './runtime.ts'

const COULD_NOT_JUDGE = 3

/** The judge's process. */
export function main(): void {
  try {
    serve()
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === undefined) throw error
    console.error(refusal)
    process.exit(COULD_NOT_JUDGE)
  }
}
