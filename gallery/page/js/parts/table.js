/** Tables with the numbers of a chart, for reading, copying and screen readers. */
import { html, replace } from "../dom.js";

/** @typedef {import("../dom.js").Child} Child */
/** @typedef {{ title: string, number?: boolean }} Column */

/**
 * @param {string} caption
 * @param {Column[]} columns
 * @param {Child[][]} rows the first cell of each is the row's heading
 * @param {{ captioned?: boolean }} [options] whether the caption is visible
 */
export function table(caption, columns, rows, options = {}) {
  return html("table", {},
    html("caption", { class: options.captioned ? null : "unseen" }, caption),
    html("thead", {}, html("tr", {},
      columns.map((column) => html("th", { scope: "col", class: column.number ? "number" : null }, column.title)))),
    html("tbody", {}, rows.map((row) => html("tr", {}, row.map((cell, i) =>
      html(i ? "td" : "th", { scope: i ? null : "row", class: columns[i].number ? "number" : null }, cell))))),
  );
}

/** A table in a box that scrolls horizontally if needed. @param {string} label @param {Element} content */
export function scroller(label, content) {
  return html("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": label }, content);
}

/** Tables that the user has opened stay open when the page redraws them. @type {Set<string>} */
const unfolded = new Set();

/**
 * A collapsible table, created when it is opened.
 * @param {string} summary
 * @param {() => Node} make
 */
export function folded(summary, make) {
  const body = html("div", { class: "folded", tabindex: "0", role: "region", "aria-label": summary });
  const root = html("details", {
    open: unfolded.has(summary),
    toggle: () => {
      if (root.open) unfolded.add(summary);
      else unfolded.delete(summary);
      if (root.open) replace(body, make());
    },
  }, html("summary", {}, summary), body);
  if (root.open) replace(body, make());
  return root;
}
