/** The bands of images that are not gray or color alone: which of them are drawn, and from what value to what. */

/**
 * @typedef {object} Bands
 * @property {number[]} at the channels drawn as red, green and blue, or the one drawn in gray
 * @property {[number, number][]} codes the bytes of the page that are black and white in each
 * @property {[number, number][]} unit the same in unit pixels
 */

/**
 * The bands to draw; null if all channels are drawn.
 * @param {import("../contract.js").Pictures} set @param {number} [alone] the only channel to draw
 * @returns {Bands | null}
 */
export function bandsOf(set, alone) {
  if (!set.bands) return null;
  const at = alone === undefined ? set.bands.channels : [alone];
  const [low, high] = set.range;
  const ends = at.map((channel) => /** @type {NonNullable<typeof set.bands>} */ (set.bands).ends[channel]);
  return {
    at,
    codes: ends.map(([black, white]) => [(255 * (black - low)) / (high - low), (255 * (white - low)) / (high - low)]),
    unit: ends.map(([black, white]) => [black / set.peak, white / set.peak]),
  };
}

const COLORS = ["red", "green", "blue"];

/** What the channels of an image are called in weights: colors, or bands counted from 1. @param {number} channels */
export function channelNames(channels) {
  return Array.from({ length: channels }, (_, i) => (channels === 3 ? COLORS[i] : `band ${i + 1}`));
}
