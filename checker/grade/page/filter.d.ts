/** Shows the rows that the form asks for. Runs in the browser: it is put into the page as text. */
export function filter(): void
