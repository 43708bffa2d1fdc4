/**
 * Max and average pooling. Positions outside the maps do not count, neither as zeros nor in the mean.
 */

/** @typedef {import("./network.js").Operation} Operation */

/**
 * @param {import("./manifest.js").Pooling} node
 * @param {number[][]} shapes of the inputs
 */
function windows(node, shapes) {
  const [height, width, channels] = shapes[0];
  const flat = node.shape.length === 1;
  const [rows, columns] = flat ? [1, 1] : node.shape;
  const [windowY, windowX] = node.window;
  const [strideY, strideX] = node.stride;
  const [top, left] = node.before;
  const box = { y0: 0, y1: 0, x0: 0, x1: 0 };
  /** @param {number} y @param {number} x */
  function at(y, x) {
    box.y0 = Math.max(0, y * strideY - top);
    box.y1 = Math.min(height, y * strideY - top + windowY);
    box.x0 = Math.max(0, x * strideX - left);
    box.x1 = Math.min(width, x * strideX - left + windowX);
    return box;
  }
  return { width, channels, rows, columns, at };
}

/**
 * @param {import("./manifest.js").Pooling} node
 * @param {Record<string, Float32Array>} weights
 * @param {number[][]} shapes of the inputs
 * @returns {Operation}
 */
export function maxPooling(node, weights, shapes) {
  const { width, channels, rows, columns, at } = windows(node, shapes);
  const winner = new Int32Array(rows * columns * channels);
  return {
    forward(read, out) {
      const source = read[0];
      for (let y = 0, o = 0; y < rows; y += 1) {
        for (let x = 0; x < columns; x += 1, o += channels) {
          const { y0, y1, x0, x1 } = at(y, x);
          const first = (y0 * width + x0) * channels;
          for (let c = 0; c < channels; c += 1) {
            out[o + c] = source[first + c];
            winner[o + c] = first + c;
          }
          for (let sy = y0; sy < y1; sy += 1) {
            for (let sx = x0; sx < x1; sx += 1) {
              const pixel = (sy * width + sx) * channels;
              for (let c = 0; c < channels; c += 1) {
                // Only a higher value replaces the maximum: in ties the first one gets the gradient, as in TensorFlow.
                if (source[pixel + c] > out[o + c]) {
                  out[o + c] = source[pixel + c];
                  winner[o + c] = pixel + c;
                }
              }
            }
          }
        }
      }
    },
    backward(read, out, gradient, gradients) {
      const target = gradients[0];
      if (target) for (let o = 0; o < winner.length; o += 1) target[winner[o]] += gradient[o];
    },
  };
}

/**
 * @param {import("./manifest.js").Pooling} node
 * @param {Record<string, Float32Array>} weights
 * @param {number[][]} shapes of the inputs
 * @returns {Operation}
 */
export function averagePooling(node, weights, shapes) {
  const { width, channels, rows, columns, at } = windows(node, shapes);
  return {
    forward(read, out) {
      const source = read[0];
      for (let y = 0, o = 0; y < rows; y += 1) {
        for (let x = 0; x < columns; x += 1, o += channels) {
          const { y0, y1, x0, x1 } = at(y, x);
          const share = 1 / ((y1 - y0) * (x1 - x0));
          for (let c = 0; c < channels; c += 1) {
            let sum = 0;
            for (let sy = y0; sy < y1; sy += 1) {
              for (let sx = x0; sx < x1; sx += 1) sum += source[(sy * width + sx) * channels + c];
            }
            out[o + c] = sum * share;
          }
        }
      }
    },
    backward(read, out, gradient, gradients) {
      const target = gradients[0];
      if (!target) return;
      for (let y = 0, o = 0; y < rows; y += 1) {
        for (let x = 0; x < columns; x += 1, o += channels) {
          const { y0, y1, x0, x1 } = at(y, x);
          const share = 1 / ((y1 - y0) * (x1 - x0));
          for (let sy = y0; sy < y1; sy += 1) {
            for (let sx = x0; sx < x1; sx += 1) {
              const pixel = (sy * width + sx) * channels;
              for (let c = 0; c < channels; c += 1) target[pixel + c] += gradient[o + c] * share;
            }
          }
        }
      }
    },
  };
}
