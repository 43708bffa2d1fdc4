/** How separable the classes are: silhouettes, and the information in each pixel. */
import { html } from "../dom.js";
import { legend } from "../parts/legend.js";
import { show } from "../parts/paint.js";
import { scroller } from "../parts/table.js";
import { counted, number, percent } from "../words.js";
import { className, fixed, section } from "./section-parts.js";

/** @typedef {import("../types.js").BareContext} BareContext */

/** The most classes listed; the document has all. */
const MOST = 60;

/** @param {import("./section-parts.js").Report} report @returns {import("./section-parts.js").Part | null} */
export function silhouettes(report) {
  const held = report.doc.separability;
  if (!held) return null;
  const known = /** @type {{ name: string, silhouette: number, nearest: string | null }[]} */ (held.classes.filter((one) => one.silhouette !== null)).sort((a, b) => b.silhouette - a.silhouette).slice(0, MOST);
  const reach = Math.max(0.05, ...known.map((one) => Math.abs(one.silhouette)));
  return {
    name: "apart", title: "Separability",
    root: section("apart", "Class separability", `silhouette ${fixed(held.silhouette, 3)}`,
      html("p", { class: "data-words" }, `The silhouette of an image is near 1 if it is much closer to its own class than to any other, 0 on a boundary, and negative if another class is closer. Means over ${counted(held.pictures, "image")}, on ${held.components} principal components of the pixels (${percent(held.explained)} of the variance).`),
      scroller("Silhouettes", html("table", { class: "data-table data-slim" },
        html("caption", { class: "unseen" }, "Mean silhouette of each class"),
        html("thead", {}, html("tr", {}, html("th", { scope: "col" }, "Class"), html("th", { scope: "col", class: "data-wide" }, "Negative · positive"), html("th", { scope: "col", class: "number" }, "Silhouette"), html("th", { scope: "col" }, "Nearest class"))),
        html("tbody", {}, known.map((one) => {
          const bar = html("div", { class: one.silhouette < 0 ? "data-post under" : "data-post" });
          const wide = (50 * Math.abs(one.silhouette)) / reach;
          bar.style.width = `${wide}%`;
          bar.style.marginLeft = `${one.silhouette < 0 ? 50 - wide : 50}%`;
          return html("tr", {}, html("th", { scope: "row" }, className(one.name)), html("td", { class: "data-wide data-middle" }, bar), html("td", { class: "number" }, fixed(one.silhouette, 3)), html("td", {}, one.nearest === null ? "–" : className(one.nearest)));
        }))))),
  };
}

/** @type {Record<string, { title: string, unit: string, words: (doc: { importance: import("./document.js").Importance }) => string }>} */
const MAPS = {
  variance: { title: "Variance", unit: "squared pixel value", words: () => "Variance of each pixel over all images." },
  fisher: { title: "Fisher ratio", unit: "between ÷ within", words: () => "Variance between class means divided by variance within classes: bright where a single pixel separates classes." },
  forest: { title: "Random forest", unit: "share of importance", words: ({ importance: held }) => `Mean decrease in impurity over ${held.forest_trees} trees trained on ${counted(held.forest_pictures, "image")}; accuracy on unseen images ${percent(held.forest_accuracy)}.` },
  information: { title: "Mutual information", unit: "bits", words: ({ importance: held }) => `Information of each single pixel about the class, out of ${number(held.entropy_bits)} bits of class entropy; estimated on ${counted(held.information_pictures, "image")} with 16 brightness bins.` },
};

/** @param {BareContext} context @param {import("./section-parts.js").Report} report @returns {import("./section-parts.js").Part | null} */
export function pixelMaps(context, report) {
  const names = Object.keys(report.maps);
  if (!names.length) return null;
  return {
    name: "maps", title: "Pixel importance",
    root: section("maps", "Pixel importance", report.two ? "in the first set" : null, html("div", { class: "data-maps" }, names.map((name) => {
      const { values, height, width } = report.maps[name];
      const high = values.reduce((most, value) => Math.max(most, value), 0);
      const canvas = html("canvas", { role: "img", "aria-label": `${MAPS[name].title} of each pixel, from 0 to ${number(high)}` });
      show(canvas, report.colored(values, [0, high], false), width, height, 224);
      const key = legend(context.ramps, MAPS[name].unit);
      key.set([0, high], false, "this map");
      return html("figure", {}, html("figcaption", {}, html("h3", {}, MAPS[name].title)), canvas, key.root, html("p", { class: "note" }, MAPS[name].words(/** @type {Parameters<typeof MAPS[""]["words"]>[0]} */ (report.doc))));
    }))),
  };
}
