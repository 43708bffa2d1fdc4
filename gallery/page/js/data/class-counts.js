/** Number of images per class. */
import { html } from "../dom.js";
import { counted, percent, whole } from "../words.js";
import { className, section, setKey } from "./section-parts.js";

/** The most classes shown; of more, those at both ends. */
const MOST = 40;

/** @param {import("./section-parts.js").Report} report @returns {import("./section-parts.js").Part | null} */
export function balance(report) {
  const { sets } = report;
  if (!sets[0].labelled) return null;
  const classes = sets[0].classes;
  const order = classes.map((_, k) => k);
  if (classes.length > MOST) order.sort((a, b) => classes[b].pictures - classes[a].pictures);
  const rows = classes.length > MOST ? [...order.slice(0, MOST / 2), ...order.slice(-MOST / 2)] : order;
  const most = sets.map((set) => Math.max(1, ...set.classes.map((one) => one.share)));
  const highest = Math.max(...sets.map((set) => Math.max(...set.classes.map((one) => one.share))));
  /** @param {import("./document.js").ClassFacts | null} one @param {number} set */
  function bar(one, set) {
    const line = html("div", { class: `data-bar set-${set}` });
    line.style.width = `${(100 * (one?.share ?? 0)) / (highest || most[set])}%`;
    return line;
  }
  const at = (/** @type {number} */ set, /** @type {number} */ k) => (report.same || set === 0 ? sets[set].classes[k] : null);
  const side = report.same ? sets : sets.slice(0, 1);
  return {
    name: "balance", title: "Balance",
    root: section("balance", "Images per class", classes.length > MOST ? `the ${MOST / 2} largest and the ${MOST / 2} smallest of ${whole(classes.length)} classes` : sets.map((set) => counted(set.pictures, "image")).join(" and "),
      report.same ? setKey(report) : null,
      html("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": "Images per class" }, html("table", { class: "data-table data-slim" },
        html("caption", { class: "unseen" }, "Number and share of images per class"),
        html("thead", {}, html("tr", {}, html("th", { scope: "col" }, "Class"), html("th", { scope: "col", class: "data-wide" }, "Share of the set"),
          side.map((set) => html("th", { scope: "col", class: "number" }, report.same ? className(set.name, 16) : "Images")), html("th", { scope: "col", class: "number" }, "Share"))),
        html("tbody", {}, rows.map((k) => html("tr", {},
          html("th", { scope: "row" }, className(classes[k].name)),
          html("td", { class: "data-wide" }, side.map((_, /** @type {number} */ set) => bar(at(set, k), set))),
          side.map((_, /** @type {number} */ set) => html("td", { class: "number" }, whole(at(set, k)?.pictures ?? 0))),
          html("td", { class: "number" }, percent(classes[k].share)))))))),
  };
}
