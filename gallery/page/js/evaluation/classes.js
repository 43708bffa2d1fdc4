/** Precision, recall and F1 of each class, with confidence intervals as numbers and bars. */
import { html, named } from "../dom.js";
import { letter } from "../compare/sides.js";
import { folded, scroller } from "../parts/table.js";
import { cut, whole } from "../words.js";
import { tenths } from "./wording.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("../contract.js").EvaluatedClasses[number]} ClassRow */

/** With more classes than this, only those with the lowest F1 are shown. */
const MOST = 20;
const PARTS = /** @type {const} */ (["precision", "recall", "f1"]);
/** @type {Record<string, string>} */
const TITLES = { precision: "Precision", recall: "Recall", f1: "F1" };

/**
 * @param {Context} context @param {ClassRow[]} rows a class each @param {ClassRow[] | null} others the same of a second model
 * @param {(i: number) => string} nameOf
 */
export function classFigures(context, rows, others, nameOf) {
  const all = rows.map((row, i) => ({ row, other: others ? others[i] : null, i })).filter(({ row }) => row.pictures || row["called it"]);
  if (all.length <= MOST) return drawn(context, all, nameOf);
  const ranked = [...all].sort((a, b) => (a.row.f1 ?? 2) - (b.row.f1 ?? 2) || a.i - b.i);
  return html("div", {}, html("p", { class: "note" }, `The ${MOST} classes with the lowest F1.`), drawn(context, ranked.slice(0, MOST), nameOf),
    folded(`All ${all.length} classes`, () => drawn(context, all, nameOf)));
}

/** @param {Context} context @param {{ row: ClassRow, other: ClassRow | null, i: number }[]} some @param {(i: number) => string} nameOf */
function drawn(context, some, nameOf) {
  const lows = some.flatMap(({ row, other }) => [row["f1 low"], other?.["f1 low"]]).filter((low) => typeof low === "number");
  // The scale begins at a round tenth below all values, and is labeled so.
  const floor = Math.min(0.9, Math.floor(10 * Math.min(1, ...lows)) / 10);
  /** @param {number | null} share known for every class with an F1 */
  const at = (share) => (100 * (/** @type {number} */ (share) - floor)) / (1 - floor);
  /** @param {ClassRow} row @param {string} side */
  const mark = (row, side) => {
    if (row.f1 === null) return null;
    const span = html("span", { class: `span ${side}` }), dot = html("span", { class: `spot ${side}` });
    span.style.left = `${at(row["f1 low"])}%`;
    span.style.width = `${at(row["f1 high"]) - at(row["f1 low"])}%`;
    dot.style.left = `${at(row.f1)}%`;
    return html("div", { class: "span-room" }, span, dot);
  };
  /** @param {ClassRow} row @param {typeof PARTS[number]} part */
  const figure = (row, part) => html("span", { class: "figured" }, html("span", {}, tenths(row[part])),
    row[part] === null ? null : html("span", { class: "ends-of" }, `${tenths(row[`${part} low`])}–${tenths(row[`${part} high`])}`));
  return scroller("Metrics per class", html("table", { class: "class-figures" },
    html("caption", { class: "unseen" }, "Precision, recall and F1 of each class in percent, with confidence intervals"),
    html("thead", {}, html("tr", {}, html("th", { scope: "col" }, "Class"), html("th", { scope: "col", class: "number" }, "Images"),
      PARTS.map((part) => html("th", { scope: "col", class: "number" }, `${TITLES[part]}, %`)),
      html("th", { scope: "col", class: "span-head" }, html("span", { class: "ends" }, html("span", {}, `F1 from ${Math.round(100 * floor)} %`), html("span", {}, "100 %"))))),
    html("tbody", {}, some.map(({ row, other, i }) => html("tr", {},
      html("th", { scope: "row" }, html("a", { href: context.address("images", null, { true: i }) }, named(cut(nameOf(i), 32)))),
      html("td", { class: "number" }, whole(row.pictures)),
      PARTS.map((part) => html("td", { class: "number" }, other ? [html("div", {}, letter("a"), figure(row, part)), html("div", {}, letter("b"), figure(other, part))] : figure(row, part))),
      html("td", { class: "span-cell", "aria-hidden": "true" }, mark(row, other ? "of-a" : ""), other ? mark(other, "of-b") : null))))));
}
