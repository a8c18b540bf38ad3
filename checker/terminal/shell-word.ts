/**
 * A text as one word for bash, zsh, fish and sh: anything beyond letters is quoted, and quotes in
 * it are escaped.
 */
export function shellWord(text: string): string {
  return /^[\w./+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
