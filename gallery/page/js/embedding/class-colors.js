/** A color for each class: ten that are safe for color-blind readers, then repeated. */

/** Paul Tol's "muted" scheme, and one more. */
const COLORS = ["#CC6677", "#88CCEE", "#DDCC77", "#2A8F4A", "#AA4499", "#44AA99", "#999933", "#9C3A66", "#6677CC", "#B0B0B0"];

/** The number of distinct colors. */
export const DISTINCT = COLORS.length;

/** @param {number} index of the class */
export function classColor(index) {
  return index < 0 ? "#8a8f94" : COLORS[index % COLORS.length];
}
