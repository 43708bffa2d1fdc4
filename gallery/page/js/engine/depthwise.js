/**
 * Depthwise convolution: every input channel has its own kernels. Kernels are (rows, columns, inputs, multiplier).
 */

/** @typedef {import("./network.js").Operation} Operation */

/**
 * @param {import("./manifest.js").Depthwise} node
 * @param {Record<string, Float32Array>} weights
 * @param {number[][]} shapes of the inputs
 * @returns {Operation}
 */
export function depthwise(node, weights, shapes) {
  const [height, width, channels] = shapes[0];
  const [rows, columns, outputs] = node.shape;
  const [kernelRows, kernelColumns, , multiplier] = node.weights.kernel.shape;
  const [strideY, strideX] = node.stride;
  const [dilationY, dilationX] = node.dilation;
  const [top, left] = node.before;
  const { kernel, bias } = weights;

  /**
   * Visit every pair of a source pixel and a place of the result that one tap of the kernel joins.
   * @param {(pixel: number, tap: number, at: number) => void} visit
   */
  function each(visit) {
    for (let y = 0, at = 0; y < rows; y += 1) {
      for (let x = 0; x < columns; x += 1, at += outputs) {
        for (let ky = 0; ky < kernelRows; ky += 1) {
          const sy = y * strideY - top + ky * dilationY;
          if (sy < 0 || sy >= height) continue;
          for (let kx = 0; kx < kernelColumns; kx += 1) {
            const sx = x * strideX - left + kx * dilationX;
            if (sx < 0 || sx >= width) continue;
            visit((sy * width + sx) * channels, (ky * kernelColumns + kx) * outputs, at);
          }
        }
      }
    }
  }

  // The visitors' arguments, kept outside so that a frame allocates nothing.
  let from = kernel;
  let to = kernel;

  /** @param {number} pixel @param {number} tap @param {number} at */
  function gather(pixel, tap, at) {
    for (let c = 0, o = 0; c < channels; c += 1) {
      const value = from[pixel + c];
      for (let m = 0; m < multiplier; m += 1, o += 1) to[at + o] += value * kernel[tap + o];
    }
  }

  /** @param {number} pixel @param {number} tap @param {number} at */
  function scatter(pixel, tap, at) {
    for (let c = 0, o = 0; c < channels; c += 1) {
      let sum = 0;
      for (let m = 0; m < multiplier; m += 1, o += 1) sum += from[at + o] * kernel[tap + o];
      to[pixel + c] += sum;
    }
  }

  return {
    forward(read, out) {
      for (let at = 0; at < out.length; at += outputs) out.set(bias, at);
      from = read[0];
      to = out;
      each(gather);
    },
    backward(read, out, gradient, gradients) {
      if (!gradients[0]) return;
      from = gradient;
      to = gradients[0];
      each(scatter);
    },
  };
}
