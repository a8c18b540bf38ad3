/**
 * A source of the checker that is newer than its build, or the build itself if it is missing;
 * undefined if the build is fresh.
 */
export function newerSource(checker: string): string | undefined
