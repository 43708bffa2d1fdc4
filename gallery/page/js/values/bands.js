/** The bands of images that are not gray or color alone: which of them are drawn, and from what value to what. */

/**
 * @typedef {object} Bands
 * @property {number[]} at the channels drawn as red, green and blue, or the one drawn in gray
 * @property {[number, number][]} codes the bytes of the page that are black and white in each
 * @property {[number, number][]} unit the same in unit pixels
 */

/** The bands to draw; null if all channels are drawn. @param {import("../contract.js").Pictures} set @returns {Bands | null} */
export function bandsOf(set) {
  if (!set.bands) return null;
  const [low, high] = set.range;
  /** @param {(value: number) => number} change @returns {[number, number][]} */
  const ends = (change) => /** @type {NonNullable<typeof set.bands>} */ (set.bands).ends.map(([black, white]) => [change(black), change(white)]);
  return { at: set.bands.channels, codes: ends((value) => (255 * (value - low)) / (high - low)), unit: ends((value) => value / set.peak) };
}
