import Papa from 'papaparse'

/**
 * Where a spreadsheet would begin to read a formula: at the start of a cell, and after a character
 * that some spreadsheets take for a cell's border. The last signs are the full-width forms of the
 * first, which some treat the same. A sign by itself computes nothing.
 */
const FORMULA = /(^|[;\t\r\n])(?=\s*[=+\-@＝＋－＠].|[\t\r])/gs

/**
 * A table as CSV (RFC 4180). Text that a spreadsheet would compute gets an apostrophe in front; all
 * other text stays as it is.
 */
export function toCsv(rows: readonly (readonly (string | number)[])[]): string {
  const tame = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? withoutFormula(cell) : cell)))
  const csv = `${Papa.unparse(tame)}\r\n`
  // Without the byte order mark, Excel takes UTF-8 for the machine's own code page.
  return /^[\x20-\x7E\s]*$/.test(csv) ? csv : `\uFEFF${csv}`
}

function withoutFormula(text: string): string {
  return text.replace(/\0/g, '').replace(FORMULA, "$1'")
}
