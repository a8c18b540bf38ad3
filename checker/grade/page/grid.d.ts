/**
 * Makes the table a grid to move in with arrow keys, and opens the cell that is pressed. Runs in
 * the browser: it is put into the page as text.
 */
export function grid(): void
