/** Statistics of maps: mean, order, histogram, receptive field. Pure functions, no DOM. */

/** @typedef {import("./map-provider.js").LayerMaps} LayerMaps */
/** @typedef {{receptive_field: number[] | null, stride: number[] | null, offset: number[] | null}} Sight */

/** @param {ArrayLike<number>} values */
export function mean(values) {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i];
  return sum / values.length;
}

/** The share of cells that are not zero. @param {ArrayLike<number>} values */
export function activeShare(values) {
  let active = 0;
  for (let i = 0; i < values.length; i += 1) if (values[i] !== 0) active += 1;
  return active / values.length;
}

/**
 * Channels in the requested order: "index", "mean" or "max" (largest first; equals by index).
 * @param {LayerMaps} maps @param {number} picture @param {string} sort
 */
export function order(maps, picture, sort) {
  const channels = Array.from({ length: maps.channels }, (_, i) => i);
  if (sort !== "mean" && sort !== "max") return channels;
  const keys = channels.map((c) => (sort === "max" ? maps.range(picture, c)[1] : mean(maps.values(picture, c))));
  return channels.sort((a, b) => keys[b] - keys[a] || a - b);
}

/**
 * Count values in bins of one width from low to high.
 * @param {ArrayLike<number>} values @param {number} low @param {number} high @param {number} bins
 * @returns {{from: number, to: number, count: number}[]}
 */
export function histogram(values, low, high, bins) {
  const width = (high - low) / bins;
  const out = Array.from({ length: bins }, (_, i) => ({ from: low + i * width, to: low + (i + 1) * width, count: 0 }));
  for (let i = 0; i < values.length; i += 1) {
    const bin = width > 0 ? Math.floor((values[i] - low) / width) : 0;
    out[Math.min(bins - 1, Math.max(0, bin))].count += 1;
  }
  return out;
}

/**
 * The receptive field of one cell: [top, left, bottom, right], ends excluded; null if unknown. model_card.py,
 * LayerInfo.field_of, says the same.
 * @param {Sight} layer @param {number} row @param {number} column @param {number} height @param {number} width
 * @returns {[number, number, number, number] | null}
 */
export function fieldOf(layer, row, column, height, width) {
  const { receptive_field: size, stride, offset } = layer;
  if (!size || !stride || !offset) return null;
  /** @param {number} axis @param {number} unit @param {number} extent */
  const span = (axis, unit, extent) => {
    const first = offset[axis] + unit * stride[axis];
    return [Math.max(0, Math.floor(first)), Math.min(extent, Math.ceil(first + size[axis]))];
  };
  const rows = span(0, row, height);
  const columns = span(1, column, width);
  return [rows[0], columns[0], rows[1], columns[1]];
}
