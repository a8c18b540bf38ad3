import Papa from 'papaparse'

/**
 * Where a spreadsheet would begin to read a formula: at a cell's start, and behind what another
 * spreadsheet takes for the border of a cell. The last signs are the wide forms of the first, which
 * some take for them. A sign alone computes nothing.
 */
const FORMULA = /(^|[;\t\r\n])(?=\s*[=+\-@＝＋－＠].|[\t\r])/gs

/**
 * A table as CSV (RFC 4180). Text that a spreadsheet would compute gets an apostrophe in front, and
 * stays otherwise as it is.
 */
export function toCsv(rows: readonly (readonly (string | number)[])[]): string {
  const tame = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? withoutFormula(cell) : cell)))
  const csv = `${Papa.unparse(tame)}\r\n`
  // Without the mark Excel takes UTF-8 for the machine's own code page.
  return /^[\x20-\x7E\s]*$/.test(csv) ? csv : `\uFEFF${csv}`
}

function withoutFormula(text: string): string {
  return text.replace(/\0/g, '').replace(FORMULA, "$1'")
}
