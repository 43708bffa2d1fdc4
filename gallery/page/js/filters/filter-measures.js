/** The measures of a layer's filters, computed in Python. */

/**
 * @typedef {object} FilterNumbers of one filter; NaN if undefined
 * @property {number} filter its number
 * @property {number} norm of the kernel
 * @property {number} entropy in bits
 * @property {number} dead share of images
 * @property {number} selectivity
 * @property {number} twin the nearest other filter, -1 for none
 * @property {number} cosine of the two kernels
 * @property {number} correlation of their activations @property {number} structure
 * @property {number} p
 * @property {[number, number]} shuffled the interval of 95 % of its shuffles
 * @property {boolean} isDead on all images
 * @property {boolean} isTwin whether it is a duplicate by both measures
 * @property {boolean} likeShuffled whether it does not differ from shuffled weights
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

/** The marks of a filter: dead, twin, noise. @param {FilterNumbers} one */
export function marksOf(one) {
  return [one.isDead ? "dead" : null, one.isTwin ? `twin of ${one.twin}` : null, one.likeShuffled ? "like shuffled weights" : null].filter((mark) => mark !== null);
}

/** Similarity to the twin: the smaller of cosine and correlation. @param {FilterNumbers} one */
export function nearness({ cosine, correlation }) {
  return Number.isNaN(correlation) ? cosine : Math.min(cosine, correlation);
}
