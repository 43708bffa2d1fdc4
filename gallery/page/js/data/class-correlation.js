/** Which classes look similar: correlations of their mean images. */
import { choice } from "../parts/radio-buttons.js";
import { html, replace } from "../dom.js";
import { arrowKeys } from "../parts/arrow-keys.js";
import { legend } from "../parts/legend.js";
import { luminance } from "../parts/confusion-matrix.js";
import { colors } from "../parts/paint.js";
import { scroller, table } from "../parts/table.js";
import { cut } from "../words.js";
import { className, fixed, section } from "./section-parts.js";

/** @typedef {import("../types.js").BareContext} BareContext */

/** With more classes than this, cells have no numbers; with more than `MOST`, there is no matrix. */
const NUMBERED = 24;
const MOST = 60;
const LISTED = 10;

/** @param {BareContext} context @param {import("./section-parts.js").Report} report @param {(change: Partial<import("./unpack-report.js").State>) => void} go @returns {import("./section-parts.js").Part | null} */
export function likeness(context, report, go) {
  const { doc, names } = report;
  if (!doc.closest_pairs.length) return null;
  const sets = report.sets.map((set, /** @type {number} */ i) => ({ name: String(i), label: cut(set.name, 24) }));
  const which = report.two ? choice("Set", [...sets, ...(report.same ? [{ name: "2", label: "difference" }] : [])], (name) => go({ of: Number(name) })) : null;
  const order = choice("Order", [{ name: "", label: "by number" }, { name: "cluster", label: "similar together" }], (name) => go({ clustered: name === "cluster" }));
  const key = legend(context.ramps, "correlation, %");
  const place = html("div", { class: "matrix-box", role: "region", "aria-label": "Correlations of mean images", tabindex: "0" });
  const said = html("p", { class: "note", role: "status" }, " ");
  const many = names.length > MOST;

  return {
    name: "likeness", title: "Similarity",
    root: section("likeness", "Which classes look similar", "correlation of mean images, %",
      many ? html("p", { class: "data-words" }, `A matrix of ${names.length} classes would not be readable, so only the closest pairs are listed. cnnviz data --format json writes all of them.`)
        : [html("div", { class: "controls data-controls" }, which?.root, order.root), html("div", { class: "matrix-place" }, place, html("div", { class: "data-side" }, key.root, said))],
      html("div", { class: "two data-two" },
        html("div", {}, html("h3", {}, "Most similar"), scroller("Most similar", table("Pairs of classes with the highest correlation of mean images", [{ title: "Class" }, { title: "and" }, { title: "Correlation", number: true }],
          doc.closest_pairs.slice(0, LISTED).map((pair) => [className(pair.classes[0]), className(pair.classes[1]), `${fixed(100 * pair.correlation)} %`])))),
        html("div", {}, html("h3", {}, "Hardest to separate"), scroller("Hardest to separate", table("Pairs of classes with the smallest distance of mean images relative to their spread", [{ title: "Class" }, { title: "and" }, { title: "Distance in spreads", number: true }],
          doc.nearest_pairs.slice(0, LISTED).map((pair) => [className(pair.classes[0]), className(pair.classes[1]), fixed(pair.separation)])))))),
    show(state) {
      if (many) return;
      which?.set(String(state.of));
      order.set(state.clustered ? "cluster" : "");
      const values = /** @type {(number | null)[][]} */ (state.of === 2 ? doc.correlation.difference : doc.correlation.sets[state.of]);
      const own = state.of === 1 ? report.sets[1].classes.map((one) => one.name) : names;
      const all = state.clustered && state.of !== 1 ? doc.correlation.order : state.clustered && report.same ? doc.correlation.order : own.map((_, /** @type {number} */ i) => i);
      const reach = state.of === 2 ? Math.max(0.001, ...values.flat().map((/** @type {number | null} */ value) => Math.abs(value ?? 0))) : 1;
      key.set([-100 * reach, 100 * reach], true, state.of === 2 ? "difference of the two sets" : "100 = identical up to brightness");
      const dense = own.length > 12;
      const numbered = own.length <= NUMBERED;

      /** @param {number} a @param {number} b */
      function cell(a, b) {
        const value = values[a][b];
        const words = `${cut(own[a], 40)} and ${cut(own[b], 40)}: ${value === null ? "undefined, one is constant or has no images" : `${fixed(100 * value)} %`}`;
        const tell = () => { said.textContent = words; };
        const button = html("button", { type: "button", "aria-label": words, title: words, focus: tell, pointerenter: tell, click: tell }, numbered ? (value === null ? "–" : fixed(100 * value, state.of === 2 ? 1 : 0)) : "");
        if (value !== null) {
          const [red, green, blue] = colors([value], -reach, reach, context.ramps.diverging);
          button.style.backgroundColor = `rgb(${red} ${green} ${blue})`;
          button.style.color = luminance(red, green, blue) > 0.179 ? "#000" : "#fff";
        }
        return html("td", { class: a === b ? "same" : null }, button);
      }
      const grid = html("table", { class: `matrix data-matrix${dense ? " dense" : ""}${numbered ? "" : " small"}` },
        html("caption", { class: "unseen" }, "Correlation of the mean images of each pair of classes, in percent"),
        html("thead", {}, html("tr", {}, html("td", { class: "corner" }), all.map((/** @type {number} */ i) => html("th", { scope: "col", title: own[i] }, html("span", {}, className(own[i], 18)))))),
        html("tbody", {}, all.map((/** @type {number} */ a) => html("tr", {}, html("th", { scope: "row", title: own[a] }, className(own[a], 18)), all.map((/** @type {number} */ b) => cell(a, b))))));
      replace(place, grid);
      arrowKeys(grid, "button").mark(grid.querySelector("button"));
    },
  };
}
