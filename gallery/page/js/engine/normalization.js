/**
 * Scale and shift, per tensor, per channel or per value; and normalization over the last axis.
 */

/** @typedef {import("./network.js").Operation} Operation */

/**
 * @param {import("./manifest.js").Plain} node
 * @param {Record<string, Float32Array>} weights
 * @returns {Operation}
 */
export function affine(node, weights) {
  const { factor, shift } = weights;
  const period = factor.length;
  return {
    forward(read, out) {
      const source = read[0];
      for (let from = 0; from < out.length; from += period) {
        for (let i = 0; i < period; i += 1) out[from + i] = source[from + i] * factor[i] + shift[i];
      }
    },
    backward(read, out, gradient, gradients) {
      const target = gradients[0];
      if (!target) return;
      for (let from = 0; from < gradient.length; from += period) {
        for (let i = 0; i < period; i += 1) target[from + i] += gradient[from + i] * factor[i];
      }
    },
  };
}

/**
 * Ba, Kiros & Hinton 2016, over the last axis.
 * @param {import("./manifest.js").LayerNormalization} node
 * @param {Record<string, Float32Array>} weights
 * @returns {Operation}
 */
export function layerNormalization(node, weights) {
  const { gamma, beta } = weights;
  const period = gamma.length;
  /** @param {Float32Array} values @param {number} from */
  function meanOf(values, from) {
    let sum = 0;
    for (let i = 0; i < period; i += 1) sum += values[from + i];
    return sum / period;
  }
  /** @param {Float32Array} values @param {number} from @param {number} mean */
  function sharpness(values, from, mean) {
    let sum = 0;
    for (let i = 0; i < period; i += 1) sum += (values[from + i] - mean) ** 2;
    return 1 / Math.sqrt(sum / period + node.epsilon);
  }
  return {
    forward(read, out) {
      const source = read[0];
      for (let from = 0; from < out.length; from += period) {
        const mean = meanOf(source, from);
        const sharp = sharpness(source, from, mean);
        for (let i = 0; i < period; i += 1) out[from + i] = (source[from + i] - mean) * sharp * gamma[i] + beta[i];
      }
    },
    backward(read, out, gradient, gradients) {
      const target = gradients[0];
      if (!target) return;
      const source = read[0];
      for (let from = 0; from < gradient.length; from += period) {
        const mean = meanOf(source, from);
        const sharp = sharpness(source, from, mean);
        let sum = 0;
        let along = 0;
        for (let i = 0; i < period; i += 1) {
          const s = gradient[from + i] * gamma[i];
          sum += s;
          along += s * (source[from + i] - mean) * sharp;
        }
        for (let i = 0; i < period; i += 1) {
          const s = gradient[from + i] * gamma[i];
          target[from + i] += sharp * (s - sum / period - ((source[from + i] - mean) * sharp * along) / period);
        }
      }
    },
  };
}
