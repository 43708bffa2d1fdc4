/** A channel's weights as slices: one for each input channel or unit. */
import { readArray } from "../engine/tensors.js";

/** @typedef {import("../engine/manifest.js").Node} Node */
/** @typedef {import("../contract.js").Manifest} Manifest */

/**
 * @typedef {object} Slice the weights on one input channel
 * @property {number} input its number
 * @property {Float32Array} values row by row
 * @property {number} norm the root of the sum of their squares
 */

/**
 * @typedef {object} Kernel the weights of one layer
 * @property {number} height of a slice
 * @property {number} width
 * @property {string | null} from the layer that it reads; null if that has no page
 * @property {boolean} picture whether it reads the image itself
 * @property {boolean} rounded whether its weights were rounded to 16 bits
 * @property {"" | "product" | "flat"} kind "product" of a depthwise and a pointwise kernel; "flat" for units on
 * flattened maps
 * @property {(channel: number) => { slices: Slice[], bias: number }} of
 */

/**
 * The kernel of a layer; null for a layer without one, such as pooling or normalization.
 * @param {Manifest} manifest @param {Uint8Array} block @param {string[]} paths of all layers, in the model's order @param {string} path
 * @returns {Kernel | null}
 */
export function kernelOf(manifest, block, paths, path) {
  /** @type {Map<number, string>} the layer of each tensor: the first one, others only pass it on */
  const owner = new Map();
  for (const name of paths) if (name in manifest.paths && !owner.has(manifest.paths[name])) owner.set(manifest.paths[name], name);
  /** @param {number} n */
  const node = (n) => manifest.nodes[n - 1];
  let n = manifest.paths[path];
  if (!n || owner.get(n) !== path) return null;
  // An activation that is part of the layer follows the node with the weights.
  if (["activation", "softmax"].includes(node(n).op)) {
    n = node(n).inputs[0];
    if (n === 0 || owner.has(n)) return null;
  }
  const { op, weights, inputs } = node(n);
  if (!["conv2d", "depthwise", "dense"].includes(op)) return null;
  /** @param {Node["weights"]} from @param {string} name */
  const read = (from, name) => readArray(block, from[name]);
  const bias = read(weights, "bias");
  const rounded = weights.kernel.bits === 16;
  /** @param {number} number what is read @param {number} height @param {number} width @param {Kernel["kind"]} kind @param {(channel: number) => [number, Float32Array][]} slices @returns {Kernel} */
  const made = (number, height, width, kind, slices) => ({
    height, width, kind, rounded, from: owner.get(number) ?? null, picture: isPicture(manifest, number),
    of: (channel) => ({ bias: bias[channel], slices: slices(channel).map(([input, values]) => ({ input, values, norm: length(values) })) }),
  });
  const kernel = read(weights, "kernel");
  if (op === "dense") return dense(manifest, inputs[0], kernel, weights.kernel.shape[1], made);

  const [height, width, depth, last] = weights.kernel.shape;
  const cells = height * width;
  if (op === "depthwise") {
    return made(inputs[0], height, width, "", (channel) => {
      const input = Math.floor(channel / last);
      return [[input, Float32Array.from({ length: cells }, (_, i) => kernel[(i * depth + input) * last + (channel % last)])]];
    });
  }
  const before = node(inputs[0]);
  if (before?.op === "depthwise" && !owner.has(inputs[0])) {
    // Nothing is between the two, so together they are one kernel.
    const [deepHeight, deepWidth, count, times] = before.weights.kernel.shape;
    const deep = read(before.weights, "kernel");
    return made(before.inputs[0], deepHeight, deepWidth, "product", (channel) => Array.from({ length: count }, (_, input) => {
      const values = new Float32Array(deepHeight * deepWidth);
      for (let t = 0; t < times; t += 1) {
        const weight = kernel[(input * times + t) * last + channel];
        for (let i = 0; i < values.length; i += 1) values[i] += weight * deep[(i * count + input) * times + t];
      }
      return [input, values];
    }));
  }
  const group = last / /** @type {import("../engine/manifest.js").Convolution} */ (node(n)).groups;
  return made(inputs[0], height, width, "", (channel) => Array.from({ length: depth }, (_, d) => [
    Math.floor(channel / group) * depth + d,
    Float32Array.from({ length: cells }, (_, i) => kernel[(i * depth + d) * last + channel]),
  ]));
}

/**
 * The weights of units: as maps if they read flattened maps, else one number per input.
 * @param {Manifest} manifest @param {number} number @param {Float32Array} kernel @param {number} units
 * @param {(number: number, height: number, width: number, kind: Kernel["kind"], slices: (channel: number) => [number, Float32Array][]) => Kernel} made
 */
function dense(manifest, number, kernel, units, made) {
  const size = kernel.length / units;
  const direct = shapeOf(manifest, number);
  let source = number;
  while (source > 0 && direct.length < 3 && manifest.nodes[source - 1].op === "reshape" && shapeOf(manifest, source).length < 3) source = manifest.nodes[source - 1].inputs[0];
  const shape = source === 0 ? manifest.picture : shapeOf(manifest, source);
  const flat = direct.length < 3 && shape.length === 3 && shape[0] * shape[1] * shape[2] === size;
  const [height, width, depth] = flat ? shape : [1, 1, size];
  return made(flat ? source : number, height, width, flat ? "flat" : "", (unit) => Array.from({ length: depth }, (_, d) => [
    d, Float32Array.from({ length: height * width }, (_, i) => kernel[(i * depth + d) * units + unit]),
  ]));
}

/** @param {Manifest} manifest @param {number} number @returns {number[]} */
function shapeOf(manifest, number) {
  return number === 0 ? manifest.input.shape : manifest.nodes[number - 1].shape;
}

/** Whether a tensor is the image: unchanged, rescaled or padded. @param {Manifest} manifest @param {number} number @returns {boolean} */
function isPicture(manifest, number) {
  if (number === 0) return true;
  const { op, inputs, shape } = manifest.nodes[number - 1];
  return ["affine", "window", "reshape"].includes(op) && shape.length === 3 && shape[2] === manifest.picture[2] && isPicture(manifest, inputs[0]);
}

/** @param {Float32Array} values */
function length(values) {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum);
}
