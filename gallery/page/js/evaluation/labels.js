/** Precision, recall, F1 and average precision of each label, with confidence intervals as numbers and bars. */
import { html, named } from "../dom.js";
import { folded, scroller } from "../parts/table.js";
import { cut, whole } from "../words.js";
import { tenths } from "./wording.js";

/** @typedef {import("../contract.js").EvaluatedLabels[number]} LabelRow */

/** With more labels than this, only those with the lowest average precision are shown. */
const MOST = 20;
const PARTS = /** @type {const} */ (["precision", "recall", "f1", "average_precision"]);
/** @type {Record<string, string>} */
const TITLES = { precision: "Precision", recall: "Recall", f1: "F1", average_precision: "Average precision" };

/** @param {LabelRow[]} rows @param {(i: number) => string} address of the mistakes of a label */
export function labelFigures(rows, address) {
  const all = rows.map((row, i) => ({ row, i }));
  if (all.length <= MOST) return drawn(all, address);
  const ranked = [...all].sort((a, b) => (a.row.average_precision ?? 2) - (b.row.average_precision ?? 2) || a.i - b.i);
  return html("div", {}, html("p", { class: "note" }, `The ${MOST} labels with the lowest average precision.`), drawn(ranked.slice(0, MOST), address),
    folded(`All ${all.length} labels`, () => drawn(all, address)));
}

/** @param {{ row: LabelRow, i: number }[]} some @param {(i: number) => string} address */
function drawn(some, address) {
  const lows = some.flatMap(({ row }) => [row["average_precision low"] ?? row.average_precision]).filter((low) => low !== null);
  // The scale begins at a round tenth below all values, and is labeled so.
  const floor = Math.min(0.9, Math.floor(10 * Math.min(1, ...lows)) / 10);
  /** @param {number} share */
  const at = (share) => `${(100 * (share - floor)) / (1 - floor)}%`;
  /** @param {LabelRow} row */
  const mark = (row) => {
    const [value, low, high] = [row.average_precision, row["average_precision low"], row["average_precision high"]];
    if (value === null) return null;
    const span = html("span", { class: "span" }), dot = html("span", { class: "spot" });
    span.style.left = at(low ?? value);
    span.style.width = at((high ?? value) - (low ?? value) + floor);
    dot.style.left = at(value);
    return html("div", { class: "span-room" }, span, dot);
  };
  /** @param {LabelRow} row @param {typeof PARTS[number]} part */
  const figure = (row, part) => html("span", { class: "figured" }, html("span", {}, tenths(row[part])),
    row[part] === null || row[`${part} low`] === null ? null : html("span", { class: "ends-of" }, `${tenths(row[`${part} low`])}–${tenths(row[`${part} high`])}`));
  return scroller("Figures per label", html("table", { class: "class-figures" },
    html("caption", { class: "unseen" }, "Precision, recall, F1 and average precision of each label in percent, with confidence intervals"),
    html("thead", {}, html("tr", {}, html("th", { scope: "col" }, "Label"), html("th", { scope: "col", class: "number" }, "Images"), html("th", { scope: "col", class: "number" }, "Predicted"),
      PARTS.map((part) => html("th", { scope: "col", class: "number" }, `${TITLES[part]}, %`)),
      html("th", { scope: "col", class: "span-head" }, html("span", { class: "ends" }, html("span", {}, `average precision from ${Math.round(100 * floor)} %`), html("span", {}, "100 %"))))),
    html("tbody", {}, some.map(({ row, i }) => html("tr", {},
      html("th", { scope: "row" }, html("a", { href: address(i) }, named(cut(row.label, 32)))),
      html("td", { class: "number" }, whole(row.images)), html("td", { class: "number" }, whole(row.predicted)),
      PARTS.map((part) => html("td", { class: "number" }, figure(row, part))),
      html("td", { class: "span-cell", "aria-hidden": "true" }, mark(row)))))));
}
