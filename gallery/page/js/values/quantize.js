/** Decodes values from the 8-bit codes that quantize.py writes. */

/**
 * The 256 values that the codes of one map represent.
 * @param {number} low @param {number} high @returns {Float64Array}
 */
export function levels(low, high) {
  const table = new Float64Array(256);
  if (low < 0 && high > 0) {
    const zero = Math.min(254, Math.max(1, rint((255 * -low) / (high - low))));
    const step = Math.max(-low / zero, high / (255 - zero));
    for (let code = 0; code < 256; code += 1) table[code] = (code - zero) * step;
  } else {
    const step = (high - low) / 255;
    for (let code = 0; code < 255; code += 1) table[code] = low + code * step;
    table[255] = high;
  }
  return table;
}

/** Round half to even, as NumPy does. @param {number} value */
function rint(value) {
  const down = Math.floor(value);
  const rest = value - down;
  if (rest !== 0.5) return Math.round(value);
  return down % 2 === 0 ? down : down + 1;
}
