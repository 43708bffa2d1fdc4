/** The values of a heatmap's cells as collapsible tables. */
import { html } from "../dom.js";
import { folded, scroller, table } from "../parts/table.js";
import { number, whole } from "../words.js";

/** For maps with more rows or columns than this, only the strongest cells are listed. */
const WIDEST = 32;
const STRONGEST = 50;

/** @param {import("./heatmap.js").Heat} heat */
export function numbersOf(heat) {
  if (!heat.numbers().length) return null;
  return folded(`${heat.title} values`, () => html("div", {}, heat.numbers().map(({ title, values }) =>
    Math.max(heat.rows, heat.columns) > WIDEST ? strongest(title, values, heat.columns) : grid(title, values, heat.rows, heat.columns))));
}

/** @param {string} title @param {Float32Array} values @param {number} rows @param {number} columns */
function grid(title, values, rows, columns) {
  const heads = [{ title: "Row", number: true }, ...Array.from({ length: columns }, (_, column) => ({ title: String(column), number: true }))];
  return scroller(title, table(`${title}, by row and column`, heads, Array.from({ length: rows }, (_, row) =>
    [row, ...Array.from(values.subarray(row * columns, (row + 1) * columns), number)]), { captioned: true }));
}

/** @param {string} title @param {Float32Array} values @param {number} columns */
function strongest(title, values, columns) {
  const places = Array.from(values, (_, i) => i).sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]) || a - b).slice(0, STRONGEST);
  return table(`${title}: the ${STRONGEST} strongest of ${whole(values.length)} cells`,
    [{ title: "Row, column" }, { title, number: true }],
    places.map((i) => [`${Math.floor(i / columns)}, ${i % columns}`, number(values[i])]), { captioned: true });
}
