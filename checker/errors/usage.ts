/**
 * Bad input: says what is wrong with it and what to do instead. Ends the command with exit code 2.
 */
export class UsageError extends Error {}

/** A usage error that suggests what may have been meant. */
export function usage(problem: string, near: readonly string[] = []): UsageError {
  const next = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'npm run list shows the exercises.'
  return new UsageError(`${problem} ${next}`)
}
