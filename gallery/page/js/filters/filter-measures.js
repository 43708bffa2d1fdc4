/** The measures of a layer's filters, computed in Python. */

/**
 * @typedef {object} FilterNumbers one filter's; NaN where a number cannot be had
 * @property {number} filter its number
 * @property {number} norm of the kernel
 * @property {number} entropy in bits
 * @property {number} dead share of pictures
 * @property {number} selectivity
 * @property {number} twin the nearest other filter, -1 for none
 * @property {number} cosine of the two kernels
 * @property {number} correlation of their answers
 * @property {number} structure
 * @property {number} p
 * @property {[number, number]} shuffled between what 95 % of its shuffles lie
 * @property {boolean} isDead on all pictures
 * @property {boolean} isTwin whether its twin is one in both
 * @property {boolean} likeShuffled whether it was not told from shuffled weights
 */

const FLOATS = 11;

/**
 * @param {Uint8Array} raw @param {import("../contract.js").Filters["layers"][string]} entry @param {{ alike: number, level: number }} bounds
 * @returns {FilterNumbers[]}
 */
export function readNumbers(raw, entry, bounds) {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const many = entry.filters;
  return Array.from({ length: many }, (_, filter) => {
    const [norm, entropy, dead, selectivity, cosine, correlation, structure, p, low, , high] =
      Array.from({ length: FLOATS }, (_, row) => view.getFloat32(4 * (row * many + filter), true));
    const twin = view.getInt32(4 * (FLOATS * many + filter), true);
    return {
      filter, norm, entropy, dead, selectivity, twin, cosine, correlation, structure, p, shuffled: [low, high],
      isDead: dead === 1, isTwin: twin >= 0 && cosine > bounds.alike && correlation > bounds.alike, likeShuffled: p >= bounds.level,
    };
  });
}

/** What tells filters apart from their neighbours: dead, twins, noise. @param {FilterNumbers} one */
export function marksOf(one) {
  return [one.isDead ? "dead" : null, one.isTwin ? `twin of ${one.twin}` : null, one.likeShuffled ? "like shuffled weights" : null].filter((mark) => mark !== null);
}

/** How near the twin is: as near as the lesser of the two says. @param {FilterNumbers} one */
export function nearness({ cosine, correlation }) {
  return Number.isNaN(correlation) ? cosine : Math.min(cosine, correlation);
}
