import { type Grades, gradesOf } from '../../grade/outputs/grades.ts'
import { PLAIN_POLICY, type Policy, scoresOf } from '../../grade/outputs/scores.ts'
import type { GradeRecord, Learner } from '../../grade/store/record.ts'

/** Text that does harm if it is trusted: to spreadsheets, XML, JSON, terminals, and readers. */
export const HOSTILE = [
  '=HYPERLINK("http://evil.example","x")',
  '+1+1',
  '@SUM(A1)',
  '-2+3',
  '\t=1',
  'a;=1+1',
  'Doe, Jane "JD"',
  'two\nlines',
  'مرحبا \u202Eexe.txt',
  '</failure><script>alert(1)</script>]]>',
  '&\uDC00;<\uD800',
  'nul \0 esc \x1B[31m bell \x07 \x85 \uFFFE \uFFFF',
] as const

/** The gradebook of these records, under a policy. */
export function gradesFrom(
  learners: readonly Learner[],
  records: readonly GradeRecord[],
  policy: Partial<Policy> = {},
): Grades {
  const exercises = [...new Set(records.map(({ exercise }) => exercise))].sort()
  const whole = { ...PLAIN_POLICY, ...policy }
  return gradesOf(learners, exercises, scoresOf(learners, exercises, records, whole), whole)
}
