/** A stored heatmap drawn over an image of the page, with a short caption. */
import { number, short } from "../words.js";
import { highest } from "./heatmap.js";
import { layOver } from "./overlay.js";
import { upsample } from "./upsample.js";
import { isFlatHeatmap } from "../values/signal.js";

/** @typedef {import("../types.js").Context} Context */
/** @typedef {import("./stored.js").Stored} Stored */

/**
 * @param {Context} context @param {Stored} one @param {number} position of an image with a map @param {number | null}
 * reach the value of the last color; null for the map's own highest
 * @param {boolean} [smooth] interpolated between cell centers
 */
export function laidOver({ painter, ramps }, one, position, reach, smooth = false) {
  const { rgba, height, width } = painter.raster(position);
  const { height: rows, width: columns } = one.maps;
  const values = one.values(position);
  const fine = smooth && (rows !== height || columns !== width);
  const map = fine ? { values: upsample(values, rows, columns, new Float32Array(height * width), height, width), rows: height, columns: width } : { values, rows, columns };
  // A flat map has no signal, so on its own scale it gets the lowest color.
  layOver(rgba, height, width, map, reach ?? (isFlatHeatmap(values) ? 0 : highest(values)), one.how.signed, ramps);
  return { rgba, height, width };
}

/**
 * The value of the last color or, if the legend gives that, the maximum of this map. "" for a flat map.
 * @param {Stored} one @param {number} position @param {number | null} reach of a scale that others share
 * @param {boolean} known whether the legend gives its numbers
 */
export function endOf(one, position, reach, known) {
  if (isFlatHeatmap(one.values(position))) return "";
  const [low, high] = one.maps.range(position, 0);
  const peak = -low > high ? low : high;
  if (known) return `peak ${short(peak)}`;
  const most = short(reach ?? Math.abs(peak));
  return one.how.signed ? `±${most}` : `0 to ${most}`;
}

/** The score that a map explains. @param {Stored} one @param {number} position */
export function scoreOf(one, position) {
  return number(one.score(position));
}
