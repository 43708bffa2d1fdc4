/** The class probabilities: a table with bars in its cells. */
import { html, named, replace } from "../dom.js";
import { folded, table } from "./table.js";
import { cut, percent } from "../words.js";

/** The most classes that are shown before the rest folds away. */
const MOST = 10;

/**
 * @param {ArrayLike<number>} probabilities
 * @param {(i: number) => string} nameOf
 * @param {number | null} label
 */
export function classBars(probabilities, nameOf, label) {
  const { root: bars, ranked, shown } = barTable(probabilities, nameOf, label);
  return html("div", {}, bars,
    folded(shown < probabilities.length ? `All ${probabilities.length} classes` : "Exact numbers", () =>
      table("Probability of each class", [{ title: "Class" }, { title: "Probability", number: true }],
        ranked.map((i) => [named(nameOf(i)), digits(probabilities[i])]))));
}

/**
 * The bars alone, the classes by probability, and the number shown.
 * @param {ArrayLike<number>} probabilities
 * @param {(i: number) => string} nameOf
 * @param {number | null} label
 */
export function barTable(probabilities, nameOf, label) {
  const ranked = Array.from(probabilities, (_, i) => i).sort((a, b) => probabilities[b] - probabilities[a] || a - b);
  const said = ranked[0];
  // Few classes keep their order, so that two images are comparable; of many, the most probable and the true one are
  // shown.
  let shown = probabilities.length <= MOST ? Array.from(probabilities, (_, i) => i) : ranked.slice(0, MOST);
  if (label !== null && !shown.includes(label) && label < probabilities.length) shown = [...shown, label];
  const rows = shown.map((i) => {
    const bar = html("div", { class: i === said ? "bar top" : "bar" });
    bar.style.width = `${100 * probabilities[i]}%`;
    const tags = [i === label ? html("span", { class: "tag" }, "true") : null];
    return html("tr", { class: i === said ? "top" : null },
      html("th", { scope: "row" }, named(cut(nameOf(i), 40)), tags),
      html("td", { class: "track", "aria-hidden": "true" }, html("div", { class: "bar-room" }, bar)),
      html("td", { class: "number" }, percent(probabilities[i])));
  });
  const root = html("table", { class: "bars" },
    html("caption", { class: "unseen" }, "Probability of each class"),
    html("thead", { class: "unseen" }, html("tr", {},
      ["Class", "Bar", "Probability"].map((t) => html("th", { scope: "col" }, t)))),
    html("tbody", {}, rows));
  return { root, ranked, shown: shown.length };
}

/** Put class bars into an element. @param {HTMLElement} host @param {Parameters<typeof classBars>} args */
export function putClassBars(host, ...args) {
  replace(host, classBars(...args));
}

/** A share with all significant digits; near 1, five would round to certainty. @param {number} share */
function digits(share) {
  return String(Number(share.toPrecision(share < 0.999 ? 5 : 8)));
}
