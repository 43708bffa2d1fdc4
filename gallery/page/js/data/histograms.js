/** Histogram of pixel values for each class, one set over the other. */
import { html, svg } from "../dom.js";
import { folded, table } from "../parts/table.js";
import { cut, number, percent } from "../words.js";
import { className, section, setKey } from "./section-parts.js";

/** Bins of a histogram, and ranges in its table. */
const BINS = 32;
const RANGES = 8;
const W = 220, H = 96, FOOT = 18;
const MOST = 24;

/** @param {import("./section-parts.js").Report} report @returns {import("./section-parts.js").Part} */
export function histograms(report) {
  const { sets, same } = report;
  const classes = sets[0].classes;
  const shown = report.shown.filter((k) => classes[k].pictures > 0).slice(0, MOST);
  const sides = same ? [0, 1] : [0];
  const shares = shown.map((k) => sides.map((set) => binned(sets[set].classes[k].levels, BINS)));
  const most = Math.max(...shares.flat(2), 1e-9);
  const { peak } = sets[0];

  /** @param {number} k @param {number[][]} own */
  function chart(k, own) {
    // Square roots, because the background has most of the pixels and would flatten the rest.
    const y = (/** @type {number} */ share) => (H - FOOT) * (1 - Math.sqrt(share / most));
    const step = W / BINS;
    const line = (own[1] ?? []).map((share, i) => `${i ? "L" : "M"}${(i * step).toFixed(1)} ${y(share).toFixed(1)}L${((i + 1) * step).toFixed(1)} ${y(share).toFixed(1)}`).join("");
    return html("figure", { class: "data-histogram" }, html("figcaption", {}, className(classes[k].name)),
      svg("svg", { class: "chart", viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": `Pixels of ${cut(classes[k].name, 40)}: ${percent(own[0][0])} in the darkest of ${BINS} bins, ${percent(own[0][BINS - 1])} in the brightest` },
        own[0].map((share, i) => svg("rect", { class: "set-0", x: (i * step + 0.5).toFixed(1), y: y(share).toFixed(1), width: (step - 1).toFixed(1), height: (H - FOOT - y(share)).toFixed(1) })),
        line ? svg("path", { class: "set-1", d: line }) : null,
        svg("line", { class: "axis", x1: 0, x2: W, y1: H - FOOT, y2: H - FOOT }),
        svg("text", { class: "tick", x: 0, y: H - 4 }, "0"), svg("text", { class: "tick", x: W, y: H - 4, "text-anchor": "end" }, number(peak))));
  }

  const ranges = Array.from({ length: RANGES }, (_, i) => `${number((peak * i) / RANGES)}–${number((peak * (i + 1)) / RANGES)}`);
  return {
    name: "histograms", title: "Pixels",
    root: section("histograms", "Pixel values", `share of pixels in ${BINS} bins`,
      same ? setKey(report) : null,
      html("div", { class: "data-histograms" }, shown.map((k, i) => chart(k, shares[i]))),
      html("p", { class: "note" }, `Bar heights show the square root of the share, so that rare values stay visible next to the background; the tallest bar is ${percent(most)}.`, shown.length < classes.length ? ` ${shown.length} of ${classes.length} classes.` : ""),
      folded("Shares as a table", () => table("Share of pixels in each range of values", [{ title: "Class" }, ...(same ? [{ title: "Set" }] : []), ...ranges.map((title) => ({ title, number: true }))],
        shown.flatMap((k) => sides.map((set) => [className(classes[k].name), ...(same ? [className(sets[set].name, 16)] : []), ...binned(sets[set].classes[k].levels, RANGES).map(percent)]))))),
  };
}

/** Shares of 256 levels in fewer steps. @param {number[]} levels @param {number} bins */
function binned(levels, bins) {
  const total = levels.reduce((sum, count) => sum + count, 0) || 1;
  const wide = levels.length / bins;
  return Array.from({ length: bins }, (_, i) => levels.slice(i * wide, (i + 1) * wide).reduce((sum, count) => sum + count, 0) / total);
}
