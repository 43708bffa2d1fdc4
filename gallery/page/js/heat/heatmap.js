/** The interface that all heatmaps share. */
import { isFlatHeatmap } from "../values/signal.js";

/** @typedef {import("../dom.js").Child} Child */
/** @typedef {{ title: string, values: Float32Array }} Numbers the values of all cells, row by row, under a title */

/**
 * @typedef {object} Heat
 * @property {string} name
 * @property {string} title
 * @property {string} unit what its numbers are
 * @property {boolean} signed
 * @property {number} rows @property {number} columns of its own cells
 * @property {[number, number]} extent how much of the picture's height and width its cells span; a little over 1 where
 *   the last ones reach over the edge
 * @property {Float32Array} values one a cell
 * @property {boolean} fine whether a cell is a pixel, so that there is nothing to smooth
 * @property {boolean} known whether there is something to show yet
 * @property {(out: Float32Array) => Float32Array} smooth fills a map of the picture's size
 * @property {(smooth: boolean) => string} grain what its resolution is
 * @property {() => Child[]} words what it says
 * @property {() => string} label the same in a few words, for those who cannot see it
 * @property {() => Numbers[]} numbers
 */

/** The value farthest from zero, without its sign. @param {Float32Array} values */
export function highest(values) {
  let most = 0;
  for (let i = 0; i < values.length; i += 1) if (Math.abs(values[i]) > most) most = Math.abs(values[i]);
  return most;
}

/** The class that is likeliest, or of the others the likeliest. @param {ArrayLike<number>} values @param {number} [other] a place to leave out */
export function likeliest(values, other = -1) {
  let best = other === 0 && values.length > 1 ? 1 : 0;
  for (let i = 0; i < values.length; i += 1) if (i !== other && values[i] > values[best]) best = i;
  return best;
}

/** Where in the picture a map is strongest, in words; "" where it is the same everywhere. @param {Float32Array} values @param {number} rows @param {number} columns */
export function whereabouts(values, rows, columns) {
  if (isFlatHeatmap(values)) return "";
  let best = 0;
  for (let i = 0; i < values.length; i += 1) if (Math.abs(values[i]) > Math.abs(values[best])) best = i;
  const down = (Math.floor(best / columns) + 0.5) / rows;
  const across = ((best % columns) + 0.5) / columns;
  const vertical = down < 1 / 3 ? "upper" : down > 2 / 3 ? "lower" : "";
  const side = across < 1 / 3 ? "left" : across > 2 / 3 ? "right" : "";
  if (!vertical && !side) return "in the middle";
  return side ? `at the ${[vertical, side].filter(Boolean).join(" ")}` : vertical === "upper" ? "at the top" : "at the bottom";
}
