/** The chart of an ablation: accuracy or loss against the share of filters removed, a line an order, named where it runs alone. */
import { ticks } from "../chart.js";
import { html, svg } from "../dom.js";
import { table } from "../table.js";
import { capital, number, percent, short } from "../words.js";

/** The orders, the most telling last, so that it is drawn on top. */
export const ORDERS = ["norm", "taylor", "cost"];

const [LEFT, RIGHT, TOP, BOTTOM] = [44, 12, 14, 40];

/** Mean, lowest and highest of the random orders at each step; null where there are none. @param {number[][]} rows */
export function bandOf(rows) {
  if (!rows.length) return null;
  return rows[0].map((_, i) => {
    const at = rows.map((row) => row[i]);
    return { mean: at.reduce((sum, v) => sum + v, 0) / at.length, low: Math.min(...at), high: Math.max(...at) };
  });
}

/** The step at which a line is furthest from all others, where its name can stand. @param {number[]} values @param {number[][]} others @param {(i: number) => boolean} free */
export function aloneAt(values, others, free) {
  let [best, room] = [Math.floor(values.length / 2), -1];
  for (let i = 1; i < values.length - 1; i += 1) {
    const near = Math.min(...others.map((other) => Math.abs(other[i] - values[i])), Infinity);
    if (free(i) && near > room) [best, room] = [i, near];
  }
  return best;
}

/**
 * @param {any} curves of the contract
 * @param {{ by: "accuracy" | "loss", titles: Record<string, string>, whose: string, bound: number | null, narrow: boolean }} how
 *   `bound`: the lowest accuracy that findings allow
 */
export function curveChart(curves, { by, titles, whose, bound, narrow }) {
  const [W, H] = narrow ? [320, 260] : [860, 380];
  const total = curves.counts[curves.counts.length - 1];
  const band = bandOf(curves.random[by]);
  const all = [...ORDERS.flatMap((name) => curves[by][name]), ...(band ?? []).flatMap((at) => [at.low, at.high])];
  const high = by === "accuracy" ? 1 : Math.max(...all);
  /** @param {number} share */
  const x = (share) => LEFT + share * (W - LEFT - RIGHT);
  /** @param {number} value */
  const y = (value) => TOP + (1 - value / (high || 1)) * (H - TOP - BOTTOM);
  /** @param {number} i */
  const at = (i) => x(curves.counts[i] / total);
  /** @param {number[]} values */
  const path = (values) => values.map((v, i) => `${i ? "L" : "M"}${at(i).toFixed(1)} ${y(v).toFixed(1)}`).join("");
  const format = by === "accuracy" ? (/** @type {number} */ v) => `${Math.round(100 * v)}\u202f%` : short;

  /** @type {{ x: number, y: number, wide: number }[]} */
  const taken = [];
  const size = 13;
  /** @param {string} words @param {number} i @param {number} value */
  const place = (words, i, value) => {
    const wide = words.length * size * 0.64;
    // Beside the line where it falls, or before it where it rises, so that the name does not lie on it.
    const beside = by === "accuracy" ? at(i) + 6 : at(i) - wide - 6;
    const left = Math.min(Math.max(beside, LEFT + 4), W - RIGHT - wide);
    return { x: left, y: Math.max(TOP + size, y(value) - 4), wide };
  };
  /** @param {{ x: number, y: number, wide: number }} spot */
  const clear = (spot) => taken.every((other) => Math.abs(other.y - spot.y) > size + 2 || spot.x > other.x + other.wide + 12 || other.x > spot.x + spot.wide + 12);
  const rows = [...(band ? [{ name: "random", values: band.map((b) => b.mean) }] : []), ...ORDERS.map((name) => ({ name, values: curves[by][name] }))];
  const names = rows.map(({ name, values }) => {
    const words = titles[name];
    const i = aloneAt(values, rows.filter((row) => row.name !== name).map((row) => row.values), (step) => clear(place(words, step, values[step])));
    const spot = place(words, i, values[i]);
    taken.push(spot);
    return svg("text", { class: `curve-name ${name}`, x: spot.x, y: spot.y }, words);
  });

  const marks = narrow ? [0, 0.5, 1] : [0, 0.2, 0.4, 0.6, 0.8, 1];
  const drawn = svg("svg", { viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": chartWords(curves, by, titles, whose), class: "chart curves" },
    ticks(0, high, 5).map((v) => [
      svg("line", { class: "rule", x1: LEFT, x2: W - RIGHT, y1: y(v), y2: y(v) }),
      svg("text", { class: "tick", x: LEFT - 8, y: y(v) + 4, "text-anchor": "end" }, format(v)),
    ]),
    marks.map((share) => svg("text", { class: "tick", x: x(share), y: H - BOTTOM + 18, "text-anchor": share ? (share === 1 ? "end" : "middle") : "start" }, `${Math.round(100 * share)}\u202f%`)),
    svg("text", { class: "tick", x: x(0.5), y: H - 4, "text-anchor": "middle" }, "removed"),
    band ? svg("path", { class: "curve-band", d: `${path(band.map((b) => b.high))}${band.map((b, i) => `L${at(i).toFixed(1)} ${y(b.low).toFixed(1)}`).reverse().join("")}Z` }) : null,
    bound !== null && by === "accuracy" ? svg("line", { class: "curve-bound", x1: LEFT, x2: W - RIGHT, y1: y(bound), y2: y(bound) }) : null,
    rows.map(({ name, values }) => svg("path", { class: `curve ${name}`, d: path(values) })),
    names);
  return html("figure", { class: "chart-figure" }, html("figcaption", {}, `${capital(by === "accuracy" ? "accuracy" : "cross-entropy in nats")} while ${whose} are removed`), drawn);
}

/** The chart in words. @param {any} curves @param {"accuracy" | "loss"} by @param {Record<string, string>} titles @param {string} whose */
export function chartWords(curves, by, titles, whose) {
  const middle = curves.counts.reduce((/** @type {number} */ best, /** @type {number} */ count, /** @type {number} */ i) =>
    (Math.abs(count / curves.counts.at(-1) - 0.5) < Math.abs(curves.counts[best] / curves.counts.at(-1) - 0.5) ? i : best), 0);
  const say = by === "accuracy" ? percent : number;
  const each = [...ORDERS].reverse().map((name) => `${say(curves[by][name][middle])} by ${titles[name]}`);
  const band = bandOf(curves.random[by]);
  if (band) each.push(`${say(band[middle].mean)} at random`);
  const first = say(curves[by].cost[0]), last = say(curves[by].cost.at(-1));
  return `${by === "accuracy" ? "Accuracy" : "Cross-entropy"} while ${whose} are removed, least important first: ${first} with all, ${last} with none; with ${curves.counts[middle]} gone ${each.join(", ")}.`;
}

/** The same as a table. @param {any} curves @param {"accuracy" | "loss"} by @param {Record<string, string>} titles @param {string} whose */
export function curveTable(curves, by, titles, whose) {
  const say = by === "accuracy" ? percent : number;
  const band = bandOf(curves.random[by]);
  const names = [...ORDERS].reverse();
  const heads = ["Removed", ...names.map((name) => capital(titles[name])), ...(band ? ["Random", "lowest", "highest"] : [])];
  return table(`${by === "accuracy" ? "Accuracy" : "Cross-entropy"} while ${whose} are removed`, heads.map((title) => ({ title, number: true })),
    curves.counts.map((/** @type {number} */ count, /** @type {number} */ i) => [count, ...names.map((name) => say(curves[by][name][i])),
      ...(band ? [band[i].mean, band[i].low, band[i].high].map(say) : [])]));
}
