/**
 * Padding, cropping and upsampling: operations that only move values.
 */

/** @typedef {import("./network.js").Operation} Operation */

/**
 * @param {import("./manifest.js").Window} node
 * @param {Record<string, Float32Array>} weights
 * @param {number[][]} shapes of the inputs
 * @returns {Operation}
 */
export function windowOf(node, weights, shapes) {
  const [height, width, channels] = shapes[0];
  const [top, left] = node.origin;
  return mapped(node, (y, x) => {
    const sy = y + top;
    const sx = x + left;
    return sy < 0 || sy >= height || sx < 0 || sx >= width ? -1 : (sy * width + sx) * channels;
  });
}

/**
 * @param {import("./manifest.js").Repeat} node
 * @param {Record<string, Float32Array>} weights
 * @param {number[][]} shapes of the inputs
 * @returns {Operation}
 */
export function repeat(node, weights, shapes) {
  const [, width, channels] = shapes[0];
  const [down, across] = node.times;
  return mapped(node, (y, x) => (Math.floor(y / down) * width + Math.floor(x / across)) * channels);
}

/**
 * Each position of the result comes from one position of the source, or is zero.
 * @param {import("./manifest.js").Node} node
 * @param {(y: number, x: number) => number} origin where the source pixel starts, -1 for none
 * @returns {Operation}
 */
function mapped(node, origin) {
  const [rows, columns, channels] = node.shape;
  const from = new Int32Array(rows * columns);
  for (let y = 0; y < rows; y += 1) for (let x = 0; x < columns; x += 1) from[y * columns + x] = origin(y, x);
  return {
    forward(read, out) {
      const source = read[0];
      for (let pixel = 0, at = 0; pixel < from.length; pixel += 1, at += channels) {
        const start = from[pixel];
        for (let c = 0; c < channels; c += 1) out[at + c] = start < 0 ? 0 : source[start + c];
      }
    },
    backward(read, out, gradient, gradients) {
      const target = gradients[0];
      if (!target) return;
      for (let pixel = 0, at = 0; pixel < from.length; pixel += 1, at += channels) {
        const start = from[pixel];
        if (start >= 0) for (let c = 0; c < channels; c += 1) target[start + c] += gradient[at + c];
      }
    },
  };
}
