/** Tables as text that spreadsheets and programs read (RFC 4180). */

/**
 * What starts a formula in spreadsheets, as in core/csv_text.py: a sign, also a full-width one, after any blank and
 * invisible characters; and characters that a spreadsheet takes for the end of a cell before it.
 */
const FORMULA = /^(?:[\0-\x20\x7f-\xa0\xad\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])/;

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
