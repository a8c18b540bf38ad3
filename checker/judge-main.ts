import { serve } from './judge.ts'
import { refusalOf } from './refusal.ts'

const COULD_NOT_JUDGE = 3

try {
  serve()
} catch (error) {
  const refusal = refusalOf(error)
  if (refusal === undefined) throw error
  console.error(refusal)
  process.exit(COULD_NOT_JUDGE)
}
