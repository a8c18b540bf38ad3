/** What the keys do on a page of tests. Runs in the browser: it is put into the page as text. */
export function keys(): void
