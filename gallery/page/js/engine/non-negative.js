/** Which layers are never negative, derived from the network's graph alone. */

const UP = new Set(["relu6", "sigmoid", "hard_sigmoid", "softplus", "exponential"]);
/** Functions that map nonnegative values to nonnegative values. */
const KEEPS = new Set(["relu", "elu", "selu", "celu", "gelu", "tanh", "silu", "softsign", "hard_silu", "mish", "hard_tanh"]);
const HANDS_ON = new Set(["avgpool", "concat", "maxpool", "prelu", "repeat", "reshape", "window"]);
const MERGES = new Set(["add", "multiply", "average", "maximum", "minimum"]);

/**
 * One boolean per tensor of the manifest: true if no image with nonnegative pixels can make a value negative.
 * @param {import("./manifest.js").Manifest} manifest
 * @returns {boolean[]}
 */
export function neverNegative(manifest) {
  const known = [[...manifest.input.factor, ...manifest.input.shift].every((part) => part >= 0)];
  for (const node of manifest.nodes) {
    const fed = node.inputs.map((/** @type {number} */ i) => known[i]);
    const all = fed.every(Boolean);
    known.push(rule(node, all, fed.some(Boolean)));
  }
  return known;
}

/** @param {import("./manifest.js").Node} node @param {boolean} all @param {boolean} some of its inputs are never negative */
function rule(node, all, some) {
  if (node.op === "softmax") return true;
  if (HANDS_ON.has(node.op)) return all;
  if (node.op === "merge") return node.kind === "maximum" ? some : all && MERGES.has(node.kind);
  if (node.op !== "activation") return false;
  if (node.kind === "relu" && !node.slope && (node.threshold ?? 0) >= 0) return true;
  return UP.has(node.kind) || (all && KEEPS.has(node.kind) && (node.threshold ?? 0) >= 0 && (node.slope ?? 0) >= 0);
}
