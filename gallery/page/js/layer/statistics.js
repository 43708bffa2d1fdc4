/** Statistics over all values of a layer: share of zeros, effective dimensions, mean per class. */
import { html, named } from "../dom.js";
import { classNamer } from "../values/images.js";
import { folded, table } from "../parts/table.js";
import { counted, cut, number, percent } from "../words.js";

/** @typedef {import("../types.js").ModelData} ModelData */

/** @param {ModelData} data @param {string} path @param {string} noun channel or unit @returns {HTMLElement | null} null without statistics */
export function statisticsOf(data, path, noun) {
  const section = data.sections.statistics;
  const one = section?.layers[path];
  if (!one) return null;
  const nameOf = classNamer(data);
  const share = (/** @type {number | null} */ value) => (value === null ? "–" : value.toFixed(2));
  const facts = [
    ["Zeros", percent(one.zeros), "of all values are exactly 0"],
    ["Dimensions in use", `${Number(one.rank.toPrecision(3))} of ${one.units}`, `effective rank of the ${noun}s' mean activations; participation ratio ${Number(one.participation.toPrecision(3))}`],
    ["Sparseness per image", share(one.population), `0 = all ${noun}s respond equally, 1 = only one responds`],
    [`Sparseness per ${noun}`, share(one.lifetime), "0 = all images activate it equally, 1 = only one does"],
  ];
  const means = /** @type {{ mean: number, i: number }[]} */ (one.class_means.map((mean, i) => ({ mean, i })).filter((c) => c.mean !== null))
    .sort((a, b) => b.mean - a.mean);
  const [first, last] = [means[0], means[means.length - 1]];
  return html("section", { class: "layer-statistics" },
    html("h2", {}, "All values", html("span", { class: "aside" }, `over ${counted(section.pictures, "image")}`)),
    html("dl", { class: "statistics" }, facts.map(([title, value, words]) => html("div", {}, html("dt", {}, title), html("dd", {}, html("b", {}, value), html("span", { class: "muted" }, words))))),
    means.length > 1 ? html("p", { class: "note" }, "Responds most to ", named(cut(nameOf(first.i), 28)), ` (mean ${number(first.mean)}), least to `, named(cut(nameOf(last.i), 28)), ` (${number(last.mean)}).`) : null,
    folded("Mean activation per class, variance along each axis", () => html("div", {},
      table("Mean activation per class", [{ title: "Class" }, { title: "Mean", number: true }], means.map((c) => [named(cut(nameOf(c.i), 40)), number(c.mean)]), { captioned: true }),
      table("Share of variance along each principal axis", [{ title: "Axis" }, { title: "Share", number: true }], one.spectrum.map((/** @type {number} */ part, /** @type {number} */ i) => [String(i + 1), percent(part)]), { captioned: true }))));
}
