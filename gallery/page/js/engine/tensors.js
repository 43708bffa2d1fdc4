/**
 * Tensors as the page stores them: kernels as 16-bit integers times one step per channel, the rest
 * as 32-bit floats.
 */

/**
 * Where an array lies in the block of weights; of 16 bits, the high bytes come first and then the low ones.
 * @typedef {{bits: 32, at: number, shape: number[]}} Floats
 * @typedef {{bits: 16, at: number, shape: number[], steps: number, channels: number}} Codes
 * @typedef {Floats | Codes} Place
 */

/**
 * @param {number[]} shape
 * @returns {number} the number of values in an array of this shape
 */
export function count(shape) {
  let product = 1;
  for (const extent of shape) product *= extent;
  return product;
}

/**
 * @param {Uint8Array} block
 * @param {Place} place
 * @returns {Float32Array}
 */
export function readArray(block, place) {
  const length = count(place.shape);
  if (place.bits === 32) return floatsAt(block, place.at, length);
  const floats = new Float32Array(length);
  const { channels } = place;
  const steps = floatsAt(block, place.steps, channels);
  const low = place.at + length;
  for (let i = 0; i < length;) {
    for (let c = 0; c < channels; c += 1, i += 1) {
      const code = ((block[place.at + i] << 24) >> 16) | block[low + i];
      floats[i] = code * steps[c];
    }
  }
  return floats;
}

/** @param {Uint8Array} block @param {number} at @param {number} length */
function floatsAt(block, at, length) {
  return new Float32Array(block.buffer, block.byteOffset + at, length).slice();
}
