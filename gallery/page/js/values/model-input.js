/** Converts the page's pixels to the model's input. */

/**
 * The images of the page in unit pixels: 0 is black and 1 white.
 * @param {import("../contract.js").Pictures} set
 * @param {Uint8Array} pixels
 * @returns {(position: number, out: Float32Array) => Float32Array} fills `out` with one image
 */
export function unitPixels(set, pixels) {
  const one = set.height * set.width * set.channels;
  const [low, high] = set.range;
  const levels = Float32Array.from({ length: 256 }, (_, code) => (low + (code * (high - low)) / 255) / set.peak);
  return (position, out) => {
    for (let i = 0, at = position * one; i < one; i += 1, at += 1) out[i] = levels[pixels[at]];
    return out;
  };
}

/**
 * Unit pixels as the model takes them. Factor and shift are one for all channels or one for each, and are in the
 * model's order of channels, which may be blue, green, red.
 * @param {{ factor: number[], shift: number[], reversed: boolean }} input of the manifest
 * @param {Float32Array} unit
 * @param {Float32Array} out
 */
export function prepare(input, unit, out) {
  const { factor, shift, reversed } = input;
  const channels = reversed ? 3 : Math.max(factor.length, shift.length);
  for (let c = 0; c < channels; c += 1) {
    const scale = factor[c % factor.length];
    const offset = shift[c % shift.length];
    for (let i = c, from = reversed ? channels - 1 - c : c; i < unit.length; i += channels, from += channels) out[i] = unit[from] * scale + offset;
  }
}
