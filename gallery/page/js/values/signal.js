/** Flat maps and dead channels, as cnnviz/core/signal.py defines them. Pure functions, no page. */

/** @typedef {import("./map-provider.js").LayerMaps} LayerMaps */

/** A map whose values span less than this share of the largest is flat: its cells differ by rounding. */
const FLAT = 1e-4;

/** Whether values from low to high are equal but for rounding. @param {number} low @param {number} high */
export function spansNothing(low, high) {
  return high - low <= FLAT * Math.max(Math.abs(low), Math.abs(high));
}

/** Whether a heatmap is flat. @param {ArrayLike<number>} values */
export function isFlatHeatmap(values) {
  let [low, high] = [values[0], values[0]];
  for (let i = 1; i < values.length; i += 1) {
    if (values[i] < low) low = values[i];
    else if (values[i] > high) high = values[i];
  }
  return spansNothing(low, high);
}

/** Whether an activation map of so many cells is flat; a unit, which has one cell, if it is 0. @param {number} low @param {number} high @param {number} cells */
export function isFlatChannel(low, high, cells) {
  return cells > 1 ? spansNothing(low, high) : low === 0 && high === 0;
}

/** Whether a channel's map of an image is flat. @param {LayerMaps} maps @param {number} picture @param {number} channel */
export function isFlat(maps, picture, channel) {
  const [low, high] = maps.range(picture, channel);
  return isFlatChannel(low, high, maps.height * maps.width);
}

/**
 * The channels that are dead on these images: flat at one value for all. ``low`` and ``high`` are those of each map,
 * image by image.
 * @param {{cells: number, channels: number, low: ArrayLike<number>, high: ArrayLike<number>}} of
 */
export function deadChannels({ cells, channels, low, high }) {
  const dead = [];
  for (let channel = 0; channel < channels; channel += 1) {
    let [least, most, flat] = [Infinity, -Infinity, true];
    for (let map = channel; flat && map < low.length; map += channels) {
      flat = isFlatChannel(low[map], high[map], cells);
      least = Math.min(least, low[map]);
      most = Math.max(most, high[map]);
    }
    if (flat && spansNothing(least, most)) dead.push(channel);
  }
  return dead;
}
