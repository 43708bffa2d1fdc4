/** Layout of the ablation curves and their labels: numbers only, for the page and for saved sheets. */
import { ticks } from "../parts/chart.js";
import { short } from "../words.js";

/** The removal orders, the most informative last, so that it is drawn on top. */
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

/** The step at which a line is furthest from all others, the place for its name. @param {number[]} values @param {number[][]} others @param {(i: number) => boolean} free */
export function aloneAt(values, others, free) {
  let [best, room] = [Math.floor(values.length / 2), -1];
  for (let i = 1; i < values.length - 1; i += 1) {
    const near = Math.min(...others.map((other) => Math.abs(other[i] - values[i])), Infinity);
    if (free(i) && near > room) [best, room] = [i, near];
  }
  return best;
}

/**
 * @typedef {object} CurvePlot in units of the chart, x to the right, y down
 * @property {number} width
 * @property {number} height
 * @property {number} left @property {number} right where the axis begins and ends
 * @property {number} foot the lowest line
 * @property {{ y: number, words: string }[]} levels
 * @property {{ x: number, words: string, align: "start" | "middle" | "end" }[]} shares
 * @property {[number, number][] | null} band around the random orders
 * @property {number | null} bound the lowest accuracy that findings allow
 * @property {{ name: string, points: [number, number][] }[]} lines
 * @property {{ name: string, words: string, x: number, y: number }[]} names of the lines
 */

/**
 * @param {import("../contract.js").AblationCurves} curves
 * @param {{ by: "accuracy" | "loss", titles: Record<string, string>, bound: number | null, width: number, height: number, narrow?: boolean }} how
 *   `bound`: the lowest accuracy that findings allow
 * @returns {CurvePlot}
 */
export function curvePlot(curves, { by, titles, bound, width, height, narrow = false }) {
  const total = curves.counts[curves.counts.length - 1];
  const band = bandOf(curves.random[by]);
  const all = [...ORDERS.flatMap((name) => curves[by][name]), ...(band ?? []).flatMap((at) => [at.low, at.high])];
  const high = by === "accuracy" ? 1 : Math.max(...all);
  /** @param {number} share */
  const x = (share) => LEFT + share * (width - LEFT - RIGHT);
  /** @param {number} value */
  const y = (value) => TOP + (1 - value / (high || 1)) * (height - TOP - BOTTOM);
  /** @param {number} i */
  const at = (i) => x(curves.counts[i] / total);
  /** @param {number[]} values @returns {[number, number][]} */
  const points = (values) => values.map((v, i) => [at(i), y(v)]);
  const format = by === "accuracy" ? (/** @type {number} */ v) => `${Math.round(100 * v)}\u202f%` : short;

  /** @type {{ x: number, y: number, wide: number }[]} */
  const taken = [];
  const size = 13;
  /** @param {string} words @param {number} i @param {number} value */
  const place = (words, i, value) => {
    const wide = words.length * size * 0.64;
    // After the line where it falls, before it where it rises, so that the name does not overlap it.
    const beside = by === "accuracy" ? at(i) + 6 : at(i) - wide - 6;
    const left = Math.min(Math.max(beside, LEFT + 4), width - RIGHT - wide);
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
    return { name, words, x: spot.x, y: spot.y };
  });
  const marks = narrow ? [0, 0.5, 1] : [0, 0.2, 0.4, 0.6, 0.8, 1];
  return {
    width, height, names, left: LEFT, right: width - RIGHT, foot: height - BOTTOM,
    levels: ticks(0, high, 5).map((v) => ({ y: y(v), words: format(v) })),
    shares: marks.map((share) => ({ x: x(share), words: `${Math.round(100 * share)}\u202f%`, align: share ? (share === 1 ? "end" : "middle") : "start" })),
    band: band && [...points(band.map((b) => b.high)), ...points(band.map((b) => b.low)).reverse()],
    bound: bound !== null && by === "accuracy" ? y(bound) : null,
    lines: rows.map(({ name, values }) => ({ name, points: points(values) })),
  };
}
