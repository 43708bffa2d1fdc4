/** The interface that all heatmaps share. */
import { isFlatHeatmap } from "../values/signal.js";

/** @typedef {import("../dom.js").Child} Child */
/** @typedef {{ title: string, values: Float32Array }} Numbers the values of all cells, row by row, under a title */

/**
 * @typedef {object} Heat
 * @property {string} name
 * @property {string} title
 * @property {string} unit of its values @property {boolean} signed
 * @property {number} rows @property {number} columns of its own cells
 * @property {[number, number]} extent the share of the image's height and width that its cells span; slightly over 1 if
 * the last ones extend over the edge
 * @property {Float32Array} values one per cell @property {boolean} fine whether a cell is a pixel, so that smoothing
 * has no effect @property {boolean} known whether it has been computed
 * @property {(out: Float32Array) => Float32Array} smooth fills a map of the image's size
 * @property {(smooth: boolean) => string} grain its resolution in words @property {() => Child[]} words its description
 * @property {() => string} label a short description for screen readers
 * @property {() => Numbers[]} numbers
 */

/** The largest absolute value. @param {Float32Array} values */
export function highest(values) {
  let most = 0;
  for (let i = 0; i < values.length; i += 1) if (Math.abs(values[i]) > most) most = Math.abs(values[i]);
  return most;
}

/** The most probable class, optionally without one. @param {ArrayLike<number>} values @param {number} [other] a place to leave out */
export function likeliest(values, other = -1) {
  let best = other === 0 && values.length > 1 ? 1 : 0;
  for (let i = 0; i < values.length; i += 1) if (i !== other && values[i] > values[best]) best = i;
  return best;
}

/** The position of a map's maximum in words; "" for a constant map. @param {Float32Array} values @param {number} rows @param {number} columns */
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
