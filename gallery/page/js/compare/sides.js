/** A and B: their letters, and bars of both on one scale. */
import { html, named } from "../dom.js";
import { folded, table } from "../parts/table.js";
import { cut, percent } from "../words.js";

/** @typedef {import("../dom.js").Child} Child */

/** The letter of a side. @param {"a" | "b"} side */
export function letter(side) {
  return html("b", { class: `side side-${side}` }, side.toUpperCase());
}

/**
 * @typedef {object} PairRow
 * @property {Child} name
 * @property {number | null} a
 * @property {number | null} b
 * @property {string} [className]
 */

/**
 * A table with two bars per row, all on one scale.
 * @param {{ caption: string, first: string, rows: PairRow[], low?: number, high: number, format: (value: number) => string,
 *   note?: string }} wanted `low` is below zero where values are, else 0
 */
export function pairedBars({ caption, first, rows, low = 0, high, format }) {
  const span = high - low || 1;
  /** @param {"a" | "b"} side @param {number | null} value */
  const bar = (side, value) => {
    const drawn = html("div", { class: `bar bar-${side}` });
    drawn.style.width = `${(100 * Math.abs(value ?? 0)) / span}%`;
    drawn.style.marginLeft = `${(100 * (Math.min(0, value ?? 0) - low)) / span}%`;
    return html("div", { class: "bar-room" }, drawn);
  };
  return html("table", { class: "bars paired" },
    html("caption", { class: "unseen" }, caption),
    html("thead", {}, html("tr", {}, html("th", { scope: "col" }, html("span", { class: "unseen" }, first)),
      html("th", { scope: "col" }, html("span", { class: "unseen" }, "Bars")),
      ["a", "b"].map((side) => html("th", { scope: "col", class: "number" }, letter(/** @type {"a" | "b"} */ (side)))))),
    html("tbody", {}, rows.map((row) => html("tr", { class: row.className },
      html("th", { scope: "row" }, row.name),
      html("td", { class: "track", "aria-hidden": "true" }, bar("a", row.a), bar("b", row.b)),
      [row.a, row.b].map((value) => html("td", { class: "number" }, value === null ? "–" : format(value)))))));
}

/** With more classes than this, some fold away. */
const MOST = 10;

/**
 * The class bars of two predictions.
 * @param {ArrayLike<number>} a @param {ArrayLike<number>} b
 * @param {(i: number) => string} nameOf
 * @param {{ a: number | null, b: number | null }} truth the true class of each
 */
export function pairedClassBars(a, b, nameOf, truth) {
  const all = Array.from(a, (_, i) => i);
  /** @param {number} i */
  const most = (i) => Math.max(a[i], b[i]);
  const ranked = [...all].sort((i, k) => most(k) - most(i) || i - k);
  let shown = all.length <= MOST ? all : ranked.slice(0, MOST);
  for (const label of [truth.a, truth.b]) if (label !== null && label < all.length && !shown.includes(label)) shown = [...shown, label];
  const tops = [ranked.reduce((best, i) => (a[i] > a[best] ? i : best), 0), ranked.reduce((best, i) => (b[i] > b[best] ? i : best), 0)];
  /** @param {number} i */
  const tags = (i) => (truth.a === i && truth.b === i ? html("span", { class: "tag" }, "true")
    : [truth.a === i ? html("span", { class: "tag" }, "true of A") : null, truth.b === i ? html("span", { class: "tag" }, "true of B") : null]);
  return html("div", {},
    pairedBars({
      caption: "Probability of each class", first: "Class", high: 1, format: percent,
      rows: shown.map((i) => ({ name: [named(cut(nameOf(i), 40)), tags(i)], a: a[i], b: b[i], className: tops.includes(i) ? "top" : undefined })),
    }),
    folded(shown.length < all.length ? `All ${all.length} classes` : "Exact numbers", () =>
      table("Probability of each class", [{ title: "Class" }, { title: "A", number: true }, { title: "B", number: true }],
        ranked.map((i) => [named(nameOf(i)), a[i].toPrecision(5), b[i].toPrecision(5)]))));
}
