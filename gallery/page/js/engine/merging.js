/**
 * Layers that merge branches: element-wise or by concatenation.
 */
import { count } from "./tensors.js";

/** @typedef {import("./network.js").Operation} Operation */

/**
 * @param {import("./manifest.js").Merge} node
 * @param {Record<string, Float32Array>} weights
 * @param {number[][]} shapes of the inputs
 * @returns {Operation}
 */
export function merge(node, weights, shapes) {
  const kind = node.kind;
  const inputs = shapes.length;
  // One value per channel is broadcast over the map: its index is the position modulo its length.
  const lengths = shapes.map(count);
  const share = kind === "average" ? 1 / inputs : 1;
  return {
    forward(read, out) {
      for (let i = 0; i < out.length; i += 1) {
        let value = read[0][i % lengths[0]];
        for (let n = 1; n < inputs; n += 1) {
          const other = read[n][i % lengths[n]];
          if (kind === "multiply") value *= other;
          else if (kind === "subtract") value -= other;
          else if (kind === "maximum") value = Math.max(value, other);
          else if (kind === "minimum") value = Math.min(value, other);
          else value += other;
        }
        out[i] = value * share;
      }
    },
    backward(read, out, gradient, gradients) {
      for (let n = 0; n < inputs; n += 1) {
        const target = gradients[n];
        if (!target) continue;
        for (let i = 0; i < gradient.length; i += 1) target[i % lengths[n]] += gradient[i] * part(read, out, i, n);
      }
    },
  };

  /**
   * The derivative of the result at one position with respect to one input.
   * @param {Float32Array[]} read @param {Float32Array} out @param {number} i @param {number} n
   */
  function part(read, out, i, n) {
    if (kind === "subtract") return n === 0 ? 1 : -1;
    if (kind === "multiply") {
      let product = 1;
      for (let m = 0; m < inputs; m += 1) if (m !== n) product *= read[m][i % lengths[m]];
      return product;
    }
    if (kind === "maximum" || kind === "minimum") {
      if (read[n][i % lengths[n]] !== out[i]) return 0;
      let equals = 0;
      for (let m = 0; m < inputs; m += 1) if (read[m][i % lengths[m]] === out[i]) equals += 1;
      return 1 / equals;
    }
    return share;
  }
}

/**
 * @param {import("./manifest.js").Concatenation} node
 * @param {Record<string, Float32Array>} weights
 * @param {number[][]} shapes of the inputs
 * @returns {Operation}
 */
export function concatenate(node, weights, shapes) {
  const blocks = shapes.map((shape) => count(shape.slice(node.axis)));
  const period = blocks.reduce((sum, block) => sum + block, 0);
  return {
    forward(read, out) {
      for (let n = 0, start = 0; n < blocks.length; start += blocks[n], n += 1) {
        for (let at = start, from = 0; at < out.length; at += period, from += blocks[n]) {
          for (let i = 0; i < blocks[n]; i += 1) out[at + i] = read[n][from + i];
        }
      }
    },
    backward(read, out, gradient, gradients) {
      for (let n = 0, start = 0; n < blocks.length; start += blocks[n], n += 1) {
        const target = gradients[n];
        if (!target) continue;
        for (let at = start, from = 0; at < gradient.length; at += period, from += blocks[n]) {
          for (let i = 0; i < blocks[n]; i += 1) target[from + i] += gradient[at + i];
        }
      }
    },
  };
}
