/**
 * Arrays of numbers and how they come out of the page: kernels as 16-bit floats, the rest as 32-bit ones.
 */

/** @typedef {{at: number, bits: 16 | 32, shape: number[]}} Place where an array lies in the block of weights */

/**
 * @param {number[]} shape
 * @returns {number} how many numbers an array of this shape holds
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
  if (place.bits === 32) return new Float32Array(block.buffer, block.byteOffset + place.at, length).slice();
  const halves = new Uint16Array(block.buffer, block.byteOffset + place.at, length);
  const floats = new Float32Array(length);
  for (let i = 0; i < length; i += 1) floats[i] = half(halves[i]);
  return floats;
}

/**
 * @param {number} bits an IEEE 754 number of 16 bits
 * @returns {number}
 */
export function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
