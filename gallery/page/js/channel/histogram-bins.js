/** Bins of a channel's histogram: widths are powers of two and zero is an edge. histograms.py makes the same bins. */

/** The most bins; more than half of them are used if values differ. */
export const BINS = 32;

/**
 * @param {number[]} values @param {number} low the lowest of them @param {number} high the highest
 * @returns {{ start: number, width: number, bins: number[] }}
 */
export function gridded(values, low, high) {
  if (low === high) return { start: low, width: 1, bins: [values.length] };
  // Start with a width that is certainly too small and double it until it fits.
  let width = 2 ** (Math.floor(Math.log2((high - low) / (BINS + 1))) - 1);
  while (Math.floor(high / width) - Math.floor(low / width) >= BINS) width *= 2;
  const first = Math.floor(low / width);
  /** @type {number[]} */
  const bins = Array.from({ length: Math.floor(high / width) - first + 1 }, () => 0);
  for (const value of values) bins[Math.floor(value / width) - first] += 1;
  return { start: first * width, width, bins };
}
