/** The values that images are filtered and sorted by, as columns of numbers: computed once, then read in one pass. */

/**
 * @typedef {object} Columns
 * @property {number} count number of images
 * @property {boolean} labelled whether the images have true classes
 * @property {boolean} scored whether they have predictions
 * @property {Int32Array} id the number of an image
 * @property {Int32Array} label its true class, -1 without
 * @property {Int32Array} said the predicted class
 * @property {Float64Array} sure probability of the predicted class
 * @property {Float64Array} loss the cross-entropy; NaN without a true class
 * @property {string[]} name the file's name in lower case
 */

/** @param {import("../values/images.js").Picture[]} pictures @returns {Columns} */
export function columnsOf(pictures) {
  const count = pictures.length;
  const labelled = pictures.some((picture) => picture.labelIndex !== null);
  return {
    count, labelled,
    scored: pictures.some((picture) => picture.saidIndex >= 0),
    id: Int32Array.from(pictures, (p) => p.id),
    label: Int32Array.from(pictures, (p) => p.labelIndex ?? -1),
    said: Int32Array.from(pictures, (p) => p.saidIndex),
    sure: Float64Array.from(pictures, (p) => p.sure),
    loss: Float64Array.from(pictures, (p) => lossOf(p) ?? NaN),
    name: pictures.map((p) => p.name.toLowerCase()),
  };
}

/**
 * −log of the true class's probability: infinite where that is zero, null without a true class.
 * @param {import("../values/images.js").Picture} picture
 */
export function lossOf(picture) {
  if (picture.labelIndex === null || picture.saidIndex < 0) return null;
  const share = picture.probabilities[picture.labelIndex] ?? 0;
  // Adding zero turns -0, the loss at probability 1, into 0.
  return -Math.log(share) + 0;
}
