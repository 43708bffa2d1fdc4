/** A color for each class: ten that are safe for color-blind readers, then repeated. */

/** After Paul Tol's "muted" scheme; the last is ours. */
const COLOURS = ["#CC6677", "#88CCEE", "#DDCC77", "#2A8F4A", "#AA4499", "#44AA99", "#999933", "#9C3A66", "#6677CC", "#B0B0B0"];

/** How many are told apart. */
export const DISTINCT = COLOURS.length;

/** @param {number} index of the class */
export function classColour(index) {
  return COLOURS[index % COLOURS.length];
}
