/**
 * Makes the table a grid that arrow keys walk in, and opens the cell that is pressed. Runs in the
 * browser: it is put into the page as text.
 */
export function grid(): void
