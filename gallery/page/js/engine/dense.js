/**
 * A dense layer on the last axis; kernels are (inputs, outputs).
 */

/** @typedef {import("./network.js").Operation} Operation */

/**
 * @param {import("./manifest.js").Plain} node
 * @param {Record<string, Float32Array>} weights
 * @returns {Operation}
 */
export function dense(node, weights) {
  const [inputs, outputs] = node.weights.kernel.shape;
  const { kernel, bias } = weights;
  return {
    forward(read, out) {
      const source = read[0];
      for (let from = 0, at = 0; from < source.length; from += inputs, at += outputs) {
        out.set(bias, at);
        for (let i = 0; i < inputs; i += 1) {
          const value = source[from + i];
          if (value === 0) continue;
          for (let o = 0, k = i * outputs; o < outputs; o += 1, k += 1) out[at + o] += value * kernel[k];
        }
      }
    },
    backward(read, out, gradient, gradients) {
      const target = gradients[0];
      if (!target) return;
      for (let from = 0, at = 0; from < target.length; from += inputs, at += outputs) {
        for (let i = 0, k = 0; i < inputs; i += 1) {
          let sum = 0;
          for (let o = 0; o < outputs; o += 1, k += 1) sum += gradient[at + o] * kernel[k];
          target[from + i] += sum;
        }
      }
    },
  };
}
