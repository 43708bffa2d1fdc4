/** The ablation chart: accuracy or loss against the share of filters removed, one labeled line per removal order. */
import { html, svg } from "../dom.js";
import { table } from "../parts/table.js";
import { capital, number, percent } from "../words.js";
import { bandOf, curvePlot, ORDERS } from "./curve-layout.js";

/**
 * @param {import("../contract.js").AblationCurves} curves
 * @param {{ by: "accuracy" | "loss", titles: Record<string, string>, whose: string, bound: number | null, narrow: boolean }} how
 *   `bound`: the lowest accuracy that findings allow
 */
export function curveChart(curves, { by, titles, whose, bound, narrow }) {
  const [width, height] = narrow ? [320, 260] : [860, 380];
  const plot = curvePlot(curves, { by, titles, bound, width, height, narrow });
  /** @param {[number, number][]} points */
  const path = (points) => points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
  const drawn = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": chartWords(curves, by, titles, whose), class: "chart curves" },
    plot.levels.map(({ y, words }) => [
      svg("line", { class: "rule", x1: plot.left, x2: plot.right, y1: y, y2: y }),
      svg("text", { class: "tick", x: plot.left - 8, y: y + 4, "text-anchor": "end" }, words),
    ]),
    plot.shares.map(({ x, words, align }) => svg("text", { class: "tick", x, y: plot.foot + 18, "text-anchor": align }, words)),
    svg("text", { class: "tick", x: (plot.left + plot.right) / 2, y: height - 4, "text-anchor": "middle" }, "removed"),
    plot.band ? svg("path", { class: "curve-band", d: `${path(plot.band)}Z` }) : null,
    plot.bound === null ? null : svg("line", { class: "curve-bound", x1: plot.left, x2: plot.right, y1: plot.bound, y2: plot.bound }),
    plot.lines.map(({ name, points }) => svg("path", { class: `curve ${name}`, d: path(points) })),
    plot.names.map(({ name, words, x, y }) => svg("text", { class: `curve-name ${name}`, x, y }, words)));
  return html("figure", { class: "chart-figure" }, html("figcaption", {}, chartTitle(by, whose)), drawn);
}

/** @param {"accuracy" | "loss"} by @param {string} whose */
export function chartTitle(by, whose) {
  return `${by === "accuracy" ? "Accuracy" : "Cross-entropy in nats"} as ${whose} are removed`;
}

/** Text description of the chart. @param {import("../contract.js").AblationCurves} curves @param {"accuracy" | "loss"} by @param {Record<string, string>} titles @param {string} whose */
export function chartWords(curves, by, titles, whose) {
  const middle = curves.counts.reduce((best, count, i) =>
    (Math.abs(count / /** @type {number} */ (curves.counts.at(-1)) - 0.5) < Math.abs(curves.counts[best] / /** @type {number} */ (curves.counts.at(-1)) - 0.5) ? i : best), 0);
  const say = by === "accuracy" ? percent : number;
  const each = [...ORDERS].reverse().map((name) => `${say(curves[by][name][middle])} by ${titles[name]}`);
  const band = bandOf(curves.random[by]);
  if (band) each.push(`${say(band[middle].mean)} at random`);
  const first = say(curves[by].cost[0]), last = say(/** @type {number} */ (curves[by].cost.at(-1)));
  return `${by === "accuracy" ? "Accuracy" : "Cross-entropy"} as ${whose} are removed, least important first: ${first} with all, ${last} with none; with ${curves.counts[middle]} removed ${each.join(", ")}.`;
}

/** The chart as a table. @param {import("../contract.js").AblationCurves} curves @param {"accuracy" | "loss"} by @param {Record<string, string>} titles @param {string} whose */
export function curveTable(curves, by, titles, whose) {
  const say = by === "accuracy" ? percent : number;
  const band = bandOf(curves.random[by]);
  const names = [...ORDERS].reverse();
  const heads = ["Removed", ...names.map((name) => capital(titles[name])), ...(band ? ["Random", "lowest", "highest"] : [])];
  return table(`${by === "accuracy" ? "Accuracy" : "Cross-entropy"} as ${whose} are removed`, heads.map((title) => ({ title, number: true })),
    curves.counts.map((/** @type {number} */ count, /** @type {number} */ i) => [count, ...names.map((name) => say(curves[by][name][i])),
      ...(band ? [band[i].mean, band[i].low, band[i].high].map(say) : [])]));
}
