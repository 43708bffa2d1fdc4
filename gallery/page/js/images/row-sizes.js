/** Column widths of the rows: image and caption beside the maps, or above them on narrow screens. */

/** CSS pixels: smallest and largest caption width, smallest and largest map, gap between columns. */
const WORDS = 212, MOST_WORDS = 272, LEAST = 76, MOST = 224;
const GAP = 20, NARROW_GAP = 12;
/** The width of a map if not all fit: the next one is partly visible, as a hint to scroll. */
const SCROLLED = 132;

/**
 * @typedef {object} RowSizes all in CSS pixels
 * @property {boolean} stacked whether image and caption are above the maps
 * @property {number} room that a map may take
 * @property {number} words width of the words
 * @property {number} gap between columns
 */

/**
 * @param {number} width of the page's column @param {number} maps in a row
 * @returns {RowSizes}
 */
export function rowSizes(width, maps) {
  const beside = Math.floor((width - WORDS - GAP * (maps + 1)) / (maps + 1));
  if (beside >= LEAST) {
    const room = Math.min(beside, MOST);
    return { stacked: false, room, words: Math.min(MOST_WORDS, width - GAP * (maps + 1) - room * (maps + 1)), gap: GAP };
  }
  const fits = Math.floor((width - NARROW_GAP * (maps - 1)) / maps);
  return { stacked: true, room: fits >= LEAST ? Math.min(fits, MOST) : SCROLLED, words: 0, gap: NARROW_GAP };
}
