/**
 * A text as bash, zsh, fish and sh read one word of it: what is more than letters is quoted, and a
 * quote in it escaped.
 */
export function shellWord(text: string): string {
  return /^[\w./+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
