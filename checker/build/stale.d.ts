/**
 * A source of the checker that is newer than its build, or the build itself where it is missing;
 * undefined if it is fresh.
 */
export function newerSource(checker: string): string | undefined
