/**
 * Shows the details of a cell beside the table. Runs in the browser: it is put into the page as
 * text.
 */
export function panel(): void
