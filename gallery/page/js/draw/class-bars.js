/** Live class probabilities of the drawing: rows are made once and only their contents change. */
import { html, named, replace } from "../dom.js";
import { likeliest } from "../heat/heatmap.js";
import { folded, table } from "../parts/table.js";
import { cut, percent } from "../words.js";

/** With more classes than this, only the most probable are shown. */
const MOST = 12;
const LIKELIEST = 10;

/** @param {Float32Array} probabilities @param {(i: number) => string} nameOf */
export function predictionBars(probabilities, nameOf) {
  const ranked = probabilities.length > MOST;
  const rows = Array.from({ length: ranked ? LIKELIEST : probabilities.length }, (_, i) => {
    const name = html("bdi", {}, cut(nameOf(i), 40));
    const bar = html("div", { class: "bar" });
    const share = html("td", { class: "number" });
    const root = html("tr", {}, html("th", { scope: "row" }, name),
      html("td", { class: "track", "aria-hidden": "true" }, html("div", { class: "bar-room" }, bar)), share);
    return { root, name, bar, share, shown: i, words: "", top: false };
  });
  const all = html("div", {});
  const root = html("div", {},
    html("table", { class: "bars" },
      html("caption", { class: "unseen" }, "Probability of each class for the drawing"),
      html("thead", { class: "unseen" }, html("tr", {}, ["Class", "Bar", "Probability"].map((t) => html("th", { scope: "col" }, t)))),
      html("tbody", {}, rows.map((row) => row.root))),
    all);
  const order = new Int32Array(rows.length).map((_, i) => i);

  /** The classes to show, the most probable first if there are many. */
  function rank() {
    order.fill(-1);
    for (let i = 0; i < probabilities.length; i += 1) {
      let place = order.length;
      while (place > 0 && (order[place - 1] < 0 || probabilities[order[place - 1]] < probabilities[i])) {
        if (place < order.length) order[place] = order[place - 1];
        place -= 1;
      }
      if (place < order.length) order[place] = i;
    }
  }

  return {
    root,
    /** Show the current probabilities and return the most probable class. */
    update() {
      const best = likeliest(probabilities);
      if (ranked) rank();
      rows.forEach((row, r) => {
        const i = order[r];
        if (row.shown !== i) {
          row.shown = i;
          row.name.textContent = cut(nameOf(i), 40);
        }
        row.bar.style.width = `${100 * probabilities[i]}%`;
        const words = percent(probabilities[i]);
        if (words !== row.words) row.share.textContent = row.words = words;
        const top = i === best;
        if (top === row.top) return;
        row.top = top;
        row.root.className = top ? "top" : "";
        row.bar.className = top ? "bar top" : "bar";
      });
      return best;
    },
    /** After a stroke, show exact numbers. */
    settle() {
      const held = [...probabilities];
      const places = held.map((_, i) => i).sort((a, b) => held[b] - held[a] || a - b);
      replace(all, folded(ranked ? `All ${held.length} classes` : "Exact numbers", () =>
        table("Probability of each class for the drawing", [{ title: "Class" }, { title: "Probability", number: true }],
          places.map((i) => [named(nameOf(i)), held[i].toPrecision(4)]))));
    },
  };
}
