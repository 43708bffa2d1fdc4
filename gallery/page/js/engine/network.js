/**
 * A trained network that runs in the page: every layer's output for one image, and gradients back through it.
 */
import { activation, parametric, softmax } from "./activation.js";
import { convolution } from "./convolution.js";
import { dense } from "./dense.js";
import { depthwise } from "./depthwise.js";
import { concatenate, merge } from "./merging.js";
import { repeat, windowOf } from "./padding.js";
import { affine, layerNormalization } from "./normalization.js";
import { averagePooling, maxPooling } from "./pooling.js";
import { count, readArray } from "./tensors.js";

/** @typedef {import("./manifest.js").Node} Node */

/**
 * One operation: `forward` fills `out` from what it reads; `backward` adds to the gradients of what was read (an entry
 * is null if it is not needed). Neither allocates.
 * @typedef {object} Operation
 * @property {(read: Float32Array[], out: Float32Array) => void} forward
 * @property {(read: Float32Array[], out: Float32Array, gradient: Float32Array, gradients: Float32Array[]) => void} backward
 */

/**
 * Creates an operation from its node, its weights and its input shapes.
 * @template {Node} [Kind=Node]
 * @typedef {(node: Kind, weights: Record<string, Float32Array>, shapes: number[][]) => Operation} Maker
 */

/** @type {{ [Op in Exclude<Node["op"], "reshape">]: Maker<Extract<Node, { op: Op }>> }} */
const OPERATIONS = {
  activation,
  affine,
  avgpool: averagePooling,
  concat: concatenate,
  conv2d: convolution,
  dense,
  depthwise,
  layernorm: layerNormalization,
  maxpool: maxPooling,
  merge,
  prelu: parametric,
  repeat,
  softmax,
  window: windowOf,
};

/**
 * @typedef {object} Network
 * @property {Float32Array} input the image as the model takes it: fill it, then run
 * @property {() => void} run compute every layer
 * @property {(path: string) => Float32Array} values a layer's output, row by row, channel by channel
 * @property {(path: string) => number[]} shape of a layer's output
 * @property {Float32Array} logits
 * @property {Float32Array} probabilities filled by run
 * @property {(weights: Float32Array, path: string | null) => Float32Array} gradient of the sum of logits × weights, with
 *   respect to a layer's output or, for null, to the input; run first
 */

/**
 * @param {import("./manifest.js").Manifest} manifest
 * @param {Uint8Array} block the weights
 * @returns {Network}
 */
export function network(manifest, block) {
  const shapes = [manifest.input.shape];
  const values = [new Float32Array(count(manifest.input.shape))];
  /** @type {(Operation | null)[]} */
  const operations = [null];
  /** @type {Float32Array[][]} */
  const reads = [[]];
  for (const node of manifest.nodes) {
    shapes.push(node.shape);
    const read = node.inputs.map((/** @type {number} */ i) => values[i]);
    reads.push(read);
    if (node.op === "reshape") {
      // Same numbers in the same order, so the same array.
      values.push(read[0]);
      operations.push(null);
      continue;
    }
    /** @type {Record<string, Float32Array>} */
    const weights = {};
    for (const [name, place] of Object.entries(node.weights)) weights[name] = readArray(block, place);
    operations.push(
      /** @type {Maker} */ (OPERATIONS[node.op])(
        node,
        weights,
        node.inputs.map((/** @type {number} */ i) => shapes[i]),
      ),
    );
    values.push(new Float32Array(count(node.shape)));
  }
  // A manifest that comes from another thread has prototypes again, and a layer may have any name.
  const numbers = new Map(Object.entries(manifest.paths));
  /** @param {string} path */
  const numberOf = (path) => /** @type {number} */ (numbers.get(path));
  const logits = values[manifest.logits];
  const probabilities = new Float32Array(manifest.classes);
  const back = backwards(manifest, operations, reads, values);

  return {
    input: values[0],
    logits,
    probabilities,
    run() {
      for (let n = 1; n < values.length; n += 1) {
        const operation = operations[n];
        if (operation) operation.forward(reads[n], values[n]);
      }
      squash(manifest.squash, logits, probabilities);
    },
    values: (path) => values[numberOf(path)],
    shape: (path) => shapes[numberOf(path)],
    gradient: (weights, path) => back(weights, path === null ? 0 : numberOf(path)),
  };
}

/**
 * @param {string} kind
 * @param {Float32Array} logits
 * @param {Float32Array} out
 */
function squash(kind, logits, out) {
  // A model without class scores.
  if (!out.length) return;
  if (kind === "none") {
    out.set(logits);
    return;
  }
  if (kind === "sigmoid") {
    for (let i = 0; i < logits.length; i += 1) out[i] = 1 / (1 + Math.exp(-logits[i]));
    // One unit for two classes: its value is the probability of the second.
    if (logits.length === 1) {
      out[1] = out[0];
      out[0] = 1 - out[1];
    }
    return;
  }
  let highest = -Infinity;
  for (let i = 0; i < logits.length; i += 1) if (logits[i] > highest) highest = logits[i];
  let sum = 0;
  for (let i = 0; i < logits.length; i += 1) {
    out[i] = Math.exp(logits[i] - highest);
    sum += out[i];
  }
  for (let i = 0; i < logits.length; i += 1) out[i] /= sum;
}

/**
 * @param {import("./manifest.js").Manifest} manifest
 * @param {(Operation | null)[]} operations
 * @param {Float32Array[][]} reads
 * @param {Float32Array[]} values
 * @returns {(weights: Float32Array, goal: number) => Float32Array}
 */
function backwards(manifest, operations, reads, values) {
  /** @type {Map<number, {order: number[], gradients: (Float32Array | null)[], given: (Float32Array | null)[][]}>} */
  const plans = new Map();

  /**
   * Which nodes lie between a goal and the logits, with an array for the gradient of each.
   * @param {number} goal
   */
  function plan(goal) {
    const after = values.map((_, n) => n === goal);
    manifest.nodes.forEach((node, /** @type {number} */ i) => {
      after[i + 1] ||= node.inputs.some((/** @type {number} */ n) => after[n]);
    });
    const before = values.map((_, n) => n === manifest.logits);
    for (let n = manifest.logits; n > 0; n -= 1) {
      if (before[n]) for (const i of manifest.nodes[n - 1].inputs) before[i] = true;
    }
    const live = values.map((_, n) => after[n] && before[n]);
    /** @type {(Float32Array | null)[]} */
    const gradients = [];
    values.forEach((held, n) => {
      const alias = n > 0 && manifest.nodes[n - 1].op === "reshape" && n !== goal;
      gradients.push(!live[n] ? null : alias ? gradients[manifest.nodes[n - 1].inputs[0]] : new Float32Array(held.length));
    });
    const order = [];
    for (let n = manifest.logits; n > goal; n -= 1) if (live[n] && operations[n]) order.push(n);
    const given = values.map((_, n) =>
      n === 0 ? [] : manifest.nodes[n - 1].inputs.map((/** @type {number} */ i) => gradients[i]),
    );
    return { order, gradients, given };
  }

  return (weights, goal) => {
    let made = plans.get(goal);
    if (!made) plans.set(goal, (made = plan(goal)));
    const { order, gradients, given } = made;
    for (const gradient of gradients) if (gradient) gradient.fill(0);
    const start = gradients[manifest.logits];
    const target = gradients[goal];
    if (!start || !target) return new Float32Array(values[goal].length);
    start.set(weights);
    for (const n of order) {
      const operation = operations[n];
      const gradient = gradients[n];
      if (operation && gradient) operation.backward(reads[n], values[n], gradient, /** @type {Float32Array[]} */ (given[n]));
    }
    return target;
  };
}
