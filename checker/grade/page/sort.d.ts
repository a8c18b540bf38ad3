/**
 * Sorts the table by the column whose name is pressed. Runs in the browser: it is put into the page
 * as text.
 */
export function sort(): void
