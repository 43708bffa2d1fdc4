/**
 * Convolution with stride, padding, dilation and groups. Kernels are (rows, columns, inputs a group, outputs), so the
 * innermost loop runs along the outputs, which lie side by side in the kernel and in the result.
 */

/** @typedef {import("./network.js").Operation} Operation */

/**
 * @param {any} node
 * @param {Record<string, Float32Array>} weights
 * @param {number[][]} shapes of the inputs
 * @returns {Operation}
 */
export function convolution(node, weights, shapes) {
  const [height, width, channels] = shapes[0];
  const [rows, columns, outputs] = node.shape;
  const [kernelRows, kernelColumns, inputs] = node.weights.kernel.shape;
  const [strideY, strideX] = node.stride;
  const [dilationY, dilationX] = node.dilation;
  const [top, left] = node.before;
  const groups = node.groups;
  const made = outputs / groups;
  const { kernel, bias } = weights;

  /** @param {Float32Array[]} read @param {Float32Array} out */
  function forward(read, out) {
    const source = read[0];
    for (let y = 0, at = 0; y < rows; y += 1) {
      for (let x = 0; x < columns; x += 1, at += outputs) {
        for (let c = 0; c < outputs; c += 1) out[at + c] = bias[c];
        for (let ky = 0; ky < kernelRows; ky += 1) {
          const sy = y * strideY - top + ky * dilationY;
          if (sy < 0 || sy >= height) continue;
          for (let kx = 0; kx < kernelColumns; kx += 1) {
            const sx = x * strideX - left + kx * dilationX;
            if (sx < 0 || sx >= width) continue;
            const pixel = (sy * width + sx) * channels;
            const tap = (ky * kernelColumns + kx) * inputs * outputs;
            for (let g = 0; g < groups; g += 1) {
              add(source, pixel + g * inputs, tap + g * made, out, at + g * made);
            }
          }
        }
      }
    }
  }

  /**
   * Add the share of one pixel. Four inputs at a time, so that each result is read and written a quarter as often;
   * after a ReLU many are zero, and those cost nothing.
   * @param {Float32Array} source @param {number} pixel @param {number} tap @param {Float32Array} out @param {number} at
   */
  function add(source, pixel, tap, out, at) {
    let i = 0;
    for (; i + 3 < inputs; i += 4) {
      const a = source[pixel + i];
      const b = source[pixel + i + 1];
      const c = source[pixel + i + 2];
      const d = source[pixel + i + 3];
      if (a === 0 && b === 0 && c === 0 && d === 0) continue;
      let k = tap + i * outputs;
      for (let o = at; o < at + made; o += 1, k += 1) {
        out[o] +=
          a * kernel[k] + b * kernel[k + outputs] + c * kernel[k + 2 * outputs] + d * kernel[k + 3 * outputs];
      }
    }
    for (; i < inputs; i += 1) {
      const a = source[pixel + i];
      if (a === 0) continue;
      let k = tap + i * outputs;
      for (let o = at; o < at + made; o += 1, k += 1) out[o] += a * kernel[k];
    }
  }

  /** @param {Float32Array[]} read @param {Float32Array} out @param {Float32Array} slope @param {Float32Array[]} slopes */
  function backward(read, out, slope, slopes) {
    const target = slopes[0];
    if (!target) return;
    for (let y = 0, at = 0; y < rows; y += 1) {
      for (let x = 0; x < columns; x += 1, at += outputs) {
        if (silent(slope, at)) continue;
        for (let ky = 0; ky < kernelRows; ky += 1) {
          const sy = y * strideY - top + ky * dilationY;
          if (sy < 0 || sy >= height) continue;
          for (let kx = 0; kx < kernelColumns; kx += 1) {
            const sx = x * strideX - left + kx * dilationX;
            if (sx < 0 || sx >= width) continue;
            const pixel = (sy * width + sx) * channels;
            const tap = (ky * kernelColumns + kx) * inputs * outputs;
            for (let g = 0; g < groups; g += 1) {
              for (let i = 0; i < inputs; i += 1) {
                let sum = 0;
                let k = tap + i * outputs + g * made;
                for (let o = at + g * made; o < at + (g + 1) * made; o += 1, k += 1) sum += slope[o] * kernel[k];
                target[pixel + g * inputs + i] += sum;
              }
            }
          }
        }
      }
    }
  }

  /** @param {Float32Array} slope @param {number} at */
  function silent(slope, at) {
    for (let c = at; c < at + outputs; c += 1) if (slope[c] !== 0) return false;
    return true;
  }

  return { forward, backward };
}
