/** Tables as text that spreadsheets and programs read (RFC 4180). */

/** Characters that start a formula in spreadsheets. */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * A table as CSV: lines end in CRLF, cells are quoted where they must be. Text that a spreadsheet would run as a formula
 * gets a leading apostrophe; numbers never do. A number that is not finite, and null, are empty cells.
 * @param {string[]} columns @param {(string | number | null)[][]} rows
 */
export function csv(columns, rows) {
  return [columns, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

/** @param {string | number | null} value */
function cell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
